using System.ClientModel;
using System.Net;
using System.Text.Json;
using Attention.Text;
using EmbeddingService.Models;
using Microsoft.Extensions.AI;
using OpenAI.Embeddings;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>POST /v1/embeddings, by the clients that people have.</summary>
public sealed class EmbeddingTests(Real real)
{
    private static readonly string[] s_texts = ["how are threads shared", "Grüße, 世界 🙂", "a"];

    [Fact]
    public async Task OpenAIs_client_has_the_models_vectors()
    {
        await using Running service = await Running.StartAsync(real.Model);
        OpenAIEmbeddingCollection found = await service.Client().GenerateEmbeddingsAsync(s_texts); // asks for base64
        Assert.Equal(s_texts.Select(text => real.Embedder.Embed(text)), found.Select(one => one.ToFloats().ToArray()));
        Assert.Equal([0, 1, 2], found.Select(one => one.Index));
        int tokens = s_texts.Sum(text => real.Embedder.Encode(text).Length);
        Assert.Equal((Running.Model, tokens, tokens), (found.Model, found.Usage.InputTokenCount, found.Usage.TotalTokenCount));
        OpenAIEmbedding one = await service.Client().GenerateEmbeddingAsync(s_texts[0]);
        Assert.Equal(real.Embedder.Embed(s_texts[0]), one.ToFloats().ToArray());
    }

    [Fact]
    public async Task The_adapter_of_Microsofts_abstractions_has_them()
    {
        await using Running service = await Running.StartAsync(real.Model);
        using IEmbeddingGenerator<string, Embedding<float>> generator = service.Client().AsIEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> found = await generator.GenerateAsync(s_texts);
        Assert.Equal(s_texts.Select(text => real.Embedder.Embed(text)), found.Select(one => one.Vector.ToArray()));
    }

    /// <summary>Numbers are written so that they are read as the same bits.</summary>
    [Fact]
    public async Task Floats_are_the_same_bits()
    {
        await using Running service = await Running.StartAsync(real.Model);
        float[][] vectors = await Running.VectorsAsync(await service.EmbedAsync(s_texts));
        Assert.Equal(s_texts.Select(text => real.Embedder.Embed(text)), vectors);
        Assert.Equal([real.Embedder.Embed("alone")], await Running.VectorsAsync(await service.PostAsync("v1/embeddings", """{"model":"all-MiniLM-L6-v2","input":"alone","encoding_format":"float","user":"u"}""")));
    }

    [Fact]
    public async Task Dimensions_are_refused_unless_the_model_declares_them()
    {
        await using Running whole = await Running.StartAsync(real.Model);
        var wish = new Microsoft.Extensions.AI.EmbeddingGenerationOptions { Dimensions = 128 };
        ClientResultException refused = await Assert.ThrowsAsync<ClientResultException>(() => whole.Client().GenerateEmbeddingsAsync(s_texts, new() { Dimensions = 128 }));
        Assert.Equal(400, refused.Status);
        Assert.Contains("dimensions: expected 384, found 128: the model was not trained to be cut", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await whole.Client().GenerateEmbeddingsAsync(s_texts, new() { Dimensions = 384 })).Value.Count);

        await using Running cut = await Running.StartAsync(real.Model, "--Embedding:Dimensions:0=128");
        using IEmbeddingGenerator<string, Embedding<float>> generator = cut.Client().AsIEmbeddingGenerator();
        float[] found = (await generator.GenerateAsync([s_texts[0]], wish))[0].Vector.ToArray(), all = real.Embedder.Embed(s_texts[0]);
        double length = Math.Sqrt(all.Take(128).Sum(value => (double)value * value));
        Assert.Equal(128, found.Length);
        Assert.Equal(1, Math.Sqrt(found.Sum(value => (double)value * value)), 1e-6);
        Assert.All(found.Index(), value => Assert.Equal(all[value.Index] / length, value.Item, 1e-6));
        Assert.Contains("expected 128 or 384, found 64.", (await Assert.ThrowsAsync<ClientResultException>(() => cut.Client().GenerateEmbeddingsAsync(s_texts, new() { Dimensions = 64 }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ids_are_this_tokenizers_or_refused()
    {
        await using Running service = await Running.StartAsync(real.Model);
        int[] ids = real.Embedder.Encode(s_texts[0]);
        Assert.Equal([real.Embedder.Embed(s_texts[0])], await Running.VectorsAsync(await service.EmbedAsync(ids)));
        Assert.Equal(2, (await Running.VectorsAsync(await service.EmbedAsync(new[] { ids, ids }))).Length);

        // What tiktoken's cl100k_base has for "how are threads shared", and for "hello 世界": all of the first are ids here, too.
        await Refused(new[] { 5269, 527, 14906, 6222 }, "begin with 101 and end with 102, found 5269 and 6222");
        await Refused(new[] { new[] { 15339, 127365, 98220 } }, "input[0][1]: token id 127365 is not of this model, whose ids are 0 to 30521");
        await Refused(new[] { -1 }, "token id -1 is not of this model");
        await Refused(new[] { Array.Empty<int>() }, "found none");

        async Task Refused(object input, string message)
        {
            var error = await Running.ErrorAsync(await service.EmbedAsync(input));
            Assert.Equal((400, "input", "foreign_token_ids"), (error.Status, error.Param, error.Code));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Contains("Ids of another tokenizer", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Text_that_spells_a_special_token_is_text_unless_configured()
    {
        const string text = "one [SEP] two [MASK]";
        using TextEmbedder special = Real.Open(new() { SpecialTokensInText = true });
        await using (Running plain = await Running.StartAsync(null))
            Assert.Equal([real.Embedder.Embed(text)], await Running.VectorsAsync(await plain.EmbedAsync(text)));
        await using (Running configured = await Running.StartAsync(null, "--Embedding:SpecialTokensInText=true"))
            Assert.Equal([special.Embed(text)], await Running.VectorsAsync(await configured.EmbedAsync(text)));
        Assert.NotEqual(special.Embed(text), real.Embedder.Embed(text));
    }

    [Fact]
    public async Task A_text_above_the_models_length_is_refused_or_cut()
    {
        string text = string.Join(' ', Enumerable.Repeat("word", 300));
        await using (Running strict = await Running.StartAsync(null))
        {
            var error = await Running.ErrorAsync(await strict.EmbedAsync(new[] { "short", text }));
            Assert.Equal((400, "input[1]: The text has 302 tokens; expected at most 256.", "input", "context_length_exceeded"), (error.Status, error.Message, error.Param, error.Code));
        }
        await using Running cutting = await Running.StartAsync(null, "--Embedding:Truncate=true");
        Assert.Equal([real.Embedder.Embed(text)], await Running.VectorsAsync(await cutting.EmbedAsync(text)));
        Assert.Matches("(?m)^embedding_truncated_total{.*} 1$", await cutting.Http.GetStringAsync("metrics"));
    }

    [Fact]
    public async Task A_key_is_asked_for_where_there_is_one()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Service:ApiKeys:0=first", "--Service:ApiKeys:1=second");
        Assert.Single((await service.Client("second").GenerateEmbeddingsAsync(["a"])).Value);
        Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => service.Client("third").GenerateEmbeddingsAsync(["a"]))).Status);
        HttpResponseMessage answer = await service.EmbedAsync("a");
        var error = await Running.ErrorAsync(answer);
        Assert.Equal((401, "invalid_api_key", "Bearer"), (error.Status, error.Code, answer.Headers.WwwAuthenticate.Single().Scheme));
        Assert.Equal(401, (int)(await service.Http.GetAsync("V1/models")).StatusCode);
        foreach (string path in new[] { "", "health", "stats", "metrics" }) Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Models_are_told_and_have_other_names()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Embedding:Aliases:0=text-embedding-3-small");
        Assert.Single((await service.Client(model: "text-embedding-3-small").GenerateEmbeddingsAsync(["a"])).Value);
        JsonElement all = JsonElement.Parse(await service.Http.GetStringAsync("v1/models"));
        Assert.Equal([Running.Model, "text-embedding-3-small", "stories260K"], all.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal(Running.Model, JsonElement.Parse(await service.Http.GetStringAsync("v1/models/" + Running.Model)).GetProperty("id").GetString());
        Assert.Equal("model_not_found", (await Running.ErrorAsync(await service.Http.GetAsync("v1/models/other"))).Code);
    }

    [Theory]
    [InlineData(400, null, "Expected a JSON object, found what is none", "{")]
    [InlineData(400, null, "Expected a JSON object, found an array.", "[]")]
    [InlineData(400, "model", "model: expected a model's name, found none.", """{"input":"a"}""")]
    [InlineData(400, "model", "model: expected a string, found 1.", """{"model":1,"input":"a"}""")]
    [InlineData(404, "model", "The model 'other' does not exist.", """{"model":"other","input":"a"}""")]
    [InlineData(400, "input", "input: expected a text, found none.", """{"model":"all-MiniLM-L6-v2"}""")]
    [InlineData(400, "input", "input: expected a text, found an empty one.", """{"model":"all-MiniLM-L6-v2","input":""}""")]
    [InlineData(400, "input", "input: expected at least one text, found an empty array.", """{"model":"all-MiniLM-L6-v2","input":[]}""")]
    [InlineData(400, "input", "input: expected a text, an array of texts, or an array of token ids, found an object.", """{"model":"all-MiniLM-L6-v2","input":{}}""")]
    [InlineData(400, "input[1]", "input[1]: expected a text or an array of token ids, found null.", """{"model":"all-MiniLM-L6-v2","input":["a",null]}""")]
    [InlineData(400, "input[1]", "input[1]: expected a token id, found a string.", """{"model":"all-MiniLM-L6-v2","input":[101,"a"]}""")]
    [InlineData(400, "input[0]", "input[0]: expected text, found a string with half a surrogate pair", """{"model":"all-MiniLM-L6-v2","input":["\ud83d"]}""")]
    [InlineData(400, "input", "input: expected at most 3 texts, found 4.", """{"model":"all-MiniLM-L6-v2","input":["a","b","c","d"]}""")]
    [InlineData(400, "input", "input: expected at most 12 tokens in all, found more by input[1].", """{"model":"all-MiniLM-L6-v2","input":["a b c d e f","a b c d e f"]}""")]
    [InlineData(400, "encoding_format", "encoding_format: expected float or base64, found 'int8'.", """{"model":"all-MiniLM-L6-v2","input":"a","encoding_format":"int8"}""")]
    [InlineData(400, "dimensions", "dimensions: expected a whole number of at least 1, found 0.", """{"model":"all-MiniLM-L6-v2","input":"a","dimensions":0}""")]
    public async Task Wrong_requests_are_told_what_is_wrong(int status, string? param, string message, string body)
    {
        await using Running service = await Running.StartAsync(real.Model, "--Embedding:MaxInputs=3", "--Embedding:MaxRequestTokens=12", "--Completion:Enabled=false");
        var error = await Running.ErrorAsync(await service.PostAsync("v1/embeddings", body));
        Assert.Equal((status, "invalid_request_error", param), (error.Status, error.Type, error.Param));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.EmbedAsync("a")).StatusCode);
    }

    [Fact]
    public async Task Every_error_has_OpenAIs_shape()
    {
        await using Running service = await Running.StartAsync(new WatchedModel(real.Model) { Failing = 102 }, "--Service:MaxBodyBytes=1000", "--Completion:Enabled=false");
        Assert.Equal(413, (await Running.ErrorAsync(await service.EmbedAsync(new string('a', 2000)))).Status);
        Assert.Equal((404, "unknown_url"), await Running.ErrorAsync(await service.Http.GetAsync("v1/chat")) is var none ? (none.Status, none.Code) : default);
        Assert.Equal(404, (await Running.ErrorAsync(await service.PostAsync("v1/completions", "{}"))).Status);
        Assert.Equal((405, "method_not_allowed"), await Running.ErrorAsync(await service.Http.GetAsync("v1/embeddings")) is var other ? (other.Status, other.Code) : default);
        Assert.Equal((500, "server_error"), await Running.ErrorAsync(await service.EmbedAsync("a")) is var failed ? (failed.Status, failed.Type) : default);
    }
}
