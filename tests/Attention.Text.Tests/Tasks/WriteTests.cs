using System.Diagnostics;
using System.Text.Json;
using Write;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>The sample that writes: what it tells is its reference's story, as text and as ids, and its command line is a user's.</summary>
public sealed class WriteTests
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "stories260K.json"))).RootElement;
    private static readonly int[] s_ids = [.. s_golden.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
    private static readonly string s_story = s_golden.GetProperty("text").GetString()!;

    [Fact]
    public void Without_a_prompt_it_tells_the_references_story()
    {
        (int code, string output, string errors) = Run("--greedy");
        Assert.Equal((0, s_story + "\n"), (code, output));
        Assert.Matches(@"\A256 tokens, \d+ a second, (avx512|avx2|fma128|portable)\n\z", errors);
    }

    /// <summary>A word behind a prompt has its space.</summary>
    [Fact]
    public void A_prompt_is_gone_on_with()
    {
        foreach (string prompt in new[] { "Once upon", "Once upon a time, there", "Once upon a time, there was a little girl named Lily. She" })
        {
            int tokens = Tokenizer.Load(Writer.Stories).CountTokens(prompt);
            (int code, string output, string errors) = Run(["--greedy", "--length", "40", .. prompt.Split(' ')]);
            Assert.Equal((0, true), (code, s_story.StartsWith(output.TrimEnd('\n'), StringComparison.Ordinal)));
            Assert.StartsWith("40 tokens", errors, StringComparison.Ordinal);

            (code, output, errors) = Run("--greedy", "--json", "--length", "40", prompt);
            JsonElement told = JsonDocument.Parse(output).RootElement;
            Assert.Equal((0, ""), (code, errors));
            Assert.Equal(["prompt", "text", "seed", "promptTokens", "tokens", "tokensPerSecond", "isa"], told.EnumerateObject().Select(member => member.Name));
            Assert.Equal((prompt, tokens, 40), (told.GetProperty("prompt").GetString(), told.GetProperty("promptTokens").GetInt32(), told.GetProperty("tokens").GetInt32()));
            Assert.StartsWith(prompt + told.GetProperty("text").GetString(), s_story, StringComparison.Ordinal);
            Assert.True(told.GetProperty("text").GetString()!.Length > 40 && told.GetProperty("tokensPerSecond").GetDouble() > 0);
        }
    }

    /// <summary>Each as it is alone.</summary>
    [Fact]
    public void Several_prompts_are_gone_on_with_at_once()
    {
        string[] prompts = [.. Enumerable.Range(0, 11).Select(i => new[] { "Once upon", "Lily", "The dog was", "" }[i % 4])], of = ["--length", "30", "--seed"];
        string[] alone = [.. prompts.Select((prompt, i) => Run([.. of, $"{7 + i}", prompt]).Output)];
        using var folder = new TemporaryFolder();
        File.WriteAllLines(Path.Combine(folder.Path, "prompts"), prompts);
        (int code, string output, string errors) = Run([.. of, "7", "--prompts", Path.Combine(folder.Path, "prompts")]);
        Assert.Equal((0, string.Concat(alone)), (code, output));
        Assert.StartsWith("11 texts in ", errors, StringComparison.Ordinal);

        JsonElement[] told = [.. Run([.. of, "7", "--json", "--prompts", Path.Combine(folder.Path, "prompts")]).Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(alone, told.Select(line => line.GetProperty("prompt").GetString() + line.GetProperty("text").GetString() + "\n"));
        Assert.Equal(Enumerable.Range(7, 11), told.Select(line => line.GetProperty("seed").GetInt32()));
        Assert.Equal((0, alone[1]), Run([.. of, "8", "--model", Writer.Stories, "--prompts", WrittenTo(folder, "Lily")]) is var other ? (other.Code, other.Output) : default);

        static string WrittenTo(TemporaryFolder folder, string prompt)
        {
            string path = Path.Combine(folder.Path, "one");
            File.WriteAllLines(path, [prompt]);
            return path;
        }
    }

    [Fact]
    public void A_seed_tells_the_same_story_again()
    {
        string[] of = ["--seed", "7", "--temperature", "1.2", "--top-k", "40", "--top-p", "0.95", "--min-p", "0.02", "--length", "60"];
        string output = Run(of).Output;
        Assert.Equal(output, Run(of).Output);
        Assert.NotEqual(output, Run([.. of[2..], "--seed", "8"]).Output);
        Assert.NotEqual(Run("--length", "60").Output, Run("--length", "60").Output);
        Assert.Equal(s_story[..20], Run("--min-p", "1", "--length", "60").Output[..20]); // the likeliest token alone
    }

    /// <summary>A folder's model is written, compiled and run: the same one gives the same text.</summary>
    [Fact]
    public void Another_model_is_one_of_a_folder() =>
        Assert.Equal((0, s_story + "\n"), Run("--greedy", "--model", Writer.Stories) is var told ? (told.Code, told.Output) : default);

    [Theory]
    [InlineData("--temperature is 0; expected a positive number.", "--temperature", "0")]
    [InlineData("--top-k is -1; expected at least 0.", "--top-k", "-1")]
    [InlineData("--top-p is 0; expected above 0 and at most 1.", "--top-p", "0")]
    [InlineData("--min-p is 1.5; expected from 0 to 1.", "--min-p", "1.5")]
    [InlineData("--length is 0; expected at least 1.", "--length", "0")]
    [InlineData("--threads is 0; expected at least 1.", "--threads", "0")]
    [InlineData("--greedy draws nothing; expected no --seed beside it.", "--greedy", "--seed", "1")]
    [InlineData("File does not exist: 'none'.", "--prompts", "none")]
    public void A_wrong_command_line_is_told(string told, params string[] arguments)
    {
        (int code, _, string errors) = Run(arguments);
        Assert.Equal((1, true), (code, errors.Contains(told, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_cannot_be_run_is_told_in_a_line()
    {
        using var empty = new TemporaryFolder();
        Assert.Matches(@"\Awrite: .*expected a safetensors file.*\n\z", Run("--model", empty.Path).Errors);
        Assert.Matches(@"\Awrite: The prompt has \d+ tokens; expected at most 511.*\n\z", Run(string.Concat(Enumerable.Repeat("a story ", 300))).Errors);
        Assert.Matches(@"\Awrite: .*expected a language model, one decoder that scores the next token, found .*\n\z", Run("--model", TaskGolden.Folder("classifier")).Errors);
    }

    [Fact]
    public void Ids_are_those_of_the_reference_and_of_Hugging_Faces_library()
    {
        Tokenizer tokenizer = Tokenizer.Load(Writer.Stories);
        Assert.Equal(s_ids, tokenizer.EncodeToIds(s_story));
        Assert.Equal(s_story, tokenizer.Decode(s_ids));
        using Comparison comparison = new(File.ReadAllText(Path.Combine(Writer.Stories, "tokenizer.json")));
        comparison.AssertSame([s_story, .. SentencePieceGoldens.Texts, .. HostileText.Lines(500, 13, "<s>", "</s>", "<unk>", "<0x0A>")]);
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "Write.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result.ReplaceLineEndings("\n"), errors.Result.ReplaceLineEndings("\n"));
    }
}
