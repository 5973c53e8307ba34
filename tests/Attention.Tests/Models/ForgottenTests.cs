using System.Reflection;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Tests.Diagnostics;
using Attention.Tests.Generator;
using Attention.Tests.Runtime;
using Xunit;
using static Attention.Tests.Runtime.CheckpointFitTests;

namespace Attention.Tests.Models;

/// <summary>
/// The declarations of every family with a part left out, on the family's checkpoint: what nothing reads is an error that
/// names it. And what checkpoints have beside their weights, which is none.
/// </summary>
public sealed partial class ForgottenTests
{
    private static readonly (string Golden, string Model, string Part, string Instead, string[] Misfits)[] s_rows =
    [
        ("families/bart", "BartModel", "[LayerNorm]", "", ["'model.decoder.layernorm_embedding.*'", "'model.encoder.layernorm_embedding.*'"]),
        ("families/bart", "BartModel", "layers: 2", "layers: 1", ["26 that it does not: 'model.decoder.layers.1.*'", "16 that it does not: 'model.encoder.layers.1.*'"]),
        ("families/bart", "BartModel", "[SelfAttention(heads: 4)]", "[SelfAttention(heads: 4, Bias = false)]", ["8 that it does not: 'model.decoder.layers.*.self_attn.*.bias'", "8 that it does not: 'model.encoder.layers.*.self_attn.*.bias'"]),
        ("families/bart", "BartModel", ", Bias = true", "", ["'final_logits_bias' of shape [1, 41]"]),
        ("families/bart", "BartModel", "[Positions(PositionKind.Learned, Offset = 2)]", "", ["'model.decoder.embed_positions.weight' of shape [16, 20]", "'model.encoder.embed_positions.weight' of shape [16, 20]"]),
        ("families/marian", "MarianModel", "layers: 2", "layers: 1", ["'model.decoder.layers.1.*'", "'model.encoder.layers.1.*'"]),
        ("families/marian", "MarianModel", "Activation.Silu", "Activation.Silu, HiddenBias = false", ["'model.decoder.layers.*.fc1.bias'", "'model.encoder.layers.*.fc1.bias'"]),
        ("families/bert", "BertRows", "[LayerNorm]", "", ["2 that it does not: 'bert.embeddings.LayerNorm.*'"]),
        ("families/bert", "BertRows", "[TokenTypes(2)]", "", ["'bert.embeddings.token_type_embeddings.weight' of shape [2, 24]"]),
        ("families/bert", "BertRows", "layers: 2", "layers: 1", ["16 that it does not: 'bert.encoder.layer.1.*'"]),
        ("families/bert", "BertRows", "Epsilon = 1e-12", "Bias = false", ["'bert.*.bias'"]),
        ("families/bert", "BertClassifier", "[Head(3", "[Head(3, Bias = false", ["'bert.pooler.dense.bias' of shape [24]", "'classifier.bias' of shape [3]"]),
        ("families/bert-mlm", "BertMasked", ", Bias = true", "", ["'cls.predictions.bias' of shape [45]"]),
        ("families/roberta-mlm", "RobertaMasked", "[Linear(20, Activation = Activation.Gelu)]", "", ["2 that it does not: 'lm_head.dense.*'"]),
        ("families/distilbert-mlm", "DistilBertMasked", "(Tied = true, Bias = true)", "(Bias = false)", ["'vocab_projector.bias' of shape [43]"]),
        ("families/minilm", "MiniLm", "[LayerNorm]", "", ["'embeddings.LayerNorm.*'"]),
        ("families/minilm", "MiniLm", "layers: 2", "layers: 1", ["'encoder.layer.1.*'"]),
        ("families/minilm", "MiniLm", "\"*.token_ids\", ", "", ["3 that it does not: '*.token_ids'"]),
        ("families/roberta", "RobertaClassifier", ", Pooler = Activation.Tanh", "", ["'classifier.dense.*'"]),
        ("families/roberta", "RobertaRows", "[Positions(PositionKind.Learned, Offset = 2)]", "", ["'roberta.embeddings.position_embeddings.weight'"]),
        ("families/distilbert", "DistilBertClassifier", ", Pooler = Activation.Relu", "", ["'pre_classifier.*'"]),
        ("families/distilbert", "DistilBertRows", "layers: 2", "layers: 1", ["'distilbert.transformer.layer.1.*'"]),
        ("families/distilbert", "DistilBertRows", "[SelfAttention(heads: 2)]", "[SelfAttention(heads: 2, OutputBias = false)]", ["'distilbert.transformer.layer.*.attention.out_lin.bias'"]),
        ("families/vit", "VitModel", ", FinalNorm = true", "", ["'vit.layernorm.*'"]),
        ("families/vit", "VitModel", "layers: 2", "layers: 1", ["'vit.encoder.layer.1.*'"]),
        ("families/vit", "VitModel", "[FeedForward(36, Activation.Gelu)]", "", ["'vit.encoder.layer.*.intermediate.dense.*'", "'vit.encoder.layer.*.layernorm_after.*'", "'vit.encoder.layer.0.output.dense.*'", "'vit.encoder.layer.1.output.dense.*'"]),
        ("families/vit_pytorch", "VitPyTorchModel", "[LayerNorm]", "", ["'mlp_head.0.*'"]),
        ("families/vit_pytorch", "VitPyTorchModel", "[Positions(PositionKind.Learned)]", "", ["'pos_embedding' of shape [1, 10, 20]"]),
        ("families/vit_pytorch", "VitPyTorchModel", "OutputBias = true", "OutputBias = false", ["'transformer.layers.*.*.fn.to_out.*.bias'"]),
        ("families/vit_pytorch", "OwnNames", "layers: 2", "layers: 1", ["'transformer.layers.1.*'"]),
        ("families/gpt2", "Gpt2Model", ", FinalNorm = true", "", ["'transformer.ln_f.*'"]),
        ("families/gpt2", "Gpt2Model", "layers: 2", "layers: 1", ["'transformer.h.1.*'"]),
        ("families/gpt2", "Gpt2Model", "[SelfAttention(heads: 4)]", "[SelfAttention(heads: 4, QueryBias = false)]", ["'transformer.h.0.attn.c_attn.bias': expected the model to read all of its 72 values, found 48", "'transformer.h.1.attn.c_attn.bias': expected the model to read all of its 72 values, found 48"]),
        ("pre-norm-encoder", "PreNormEncoder", ", FinalNorm = true", "", ["'transformer.encoder.norm.*'"]),
        ("sentence-encoder", "SentenceEncoder", "[LayerNorm]", "", ["'transformer.encoder.embedding_norm.*'"]),
        ("sentence-encoder", "SentenceEncoder", "[Linear(11)]", "[Linear(11, Bias = false)]", ["'transformer.encoder.linear.bias'"]),
        ("classifier", "Classifier", "layers: 2", "layers: 1", ["'blocks.1.*'", "'transformer.encoder.layers.1.*'"]),
        ("tagger", "Tagger", "[Linear(9, Name = \"tags\")]", "[Linear(9, Name = \"tags\", Bias = false)]", ["'tags.bias' of shape [9]"]),
        ("tagger", "Tagger", "Name = \"places\"", "Name = \"place\"", ["expected a tensor 'place.weight' of shape [17, 21], found none; the nearest of its 13 unread tensors is 'places.weight' of shape [17, 21]"]),
        ("language-model", "LanguageModel", ", Bias = true", "", ["'transformer.decoder.logits.bias'"]),
    ];

    /// <summary>All of them in one compilation, each in a namespace of its own.</summary>
    private static readonly Lazy<Assembly> s_models = new(() =>
    {
        string[] declarations = [.. new[] { "FamilyModels.cs", "VariantModels.cs" }.SelectMany(file => Declaration().Split(Repository.Read("tests", "Attention.Tests", "Models", file)))];
        return GeneratorRun.Of("using Attention.Dsl;\n" + string.Concat(s_rows.Select((row, i) =>
        {
            string declaration = declarations.Single(text => text.StartsWith("[AttentionModel", StringComparison.Ordinal) && Class().Match(text).Groups[1].Value == row.Model);
            Assert.Contains(row.Part, declaration, StringComparison.Ordinal);
            return $"namespace Row{i}\n{{\n{Comment().Replace(declaration, "").Replace(row.Part, row.Instead, StringComparison.Ordinal)}\n}}\n";
        }))).Load();
    });

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, s_rows.Length)];

    [Theory, MemberData(nameof(Rows))]
    public void WhatADeclarationLeavesOut_IsNamed(int row)
    {
        (string file, string name, _, _, string[] expected) = s_rows[row];
        var golden = new GoldenFile(file);
        MethodInfo load = s_models.Value.GetType($"Row{row}.{name}", throwOnError: true)!.GetMethod("Load", [typeof(string), typeof(InstructionSet?), typeof(int), typeof(bool)])!;
        WeightsException refusal = Assert.IsType<WeightsException>(Assert.Throws<TargetInvocationException>(() => load.Invoke(null, [golden.Path, InstructionSet.Portable, 1, false])).InnerException);
        string[] misfits = [.. refusal.Misfits.Order(StringComparer.Ordinal)];
        Assert.Equal(expected.Length, misfits.Length);
        Assert.All(expected, misfit => Assert.Contains(misfits, found => found.Contains(misfit, StringComparison.Ordinal)));
        Assert.StartsWith(golden.Path, refusal.Message, StringComparison.Ordinal);
        Assert.All(misfits, misfit => Assert.Contains(misfit, refusal.Message, StringComparison.Ordinal));

        // What the message says to write makes it load.
        Match line = Line().Match(refusal.Message);
        Assert.Equal(misfits.Any(misfit => misfit.StartsWith("expected the model", StringComparison.Ordinal)), line.Success);
        Assert.All(misfits.Where(misfit => misfit.StartsWith("expected the model", StringComparison.Ordinal)), misfit => Assert.Contains(Quoted().Match(misfit).Groups[1].Value, line.Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bart", "BartModel")]
    [InlineData("marian", "MarianModel")]
    [InlineData("bert", "BertRows")]
    [InlineData("minilm", "MiniLm")]
    [InlineData("roberta", "RobertaRows")]
    [InlineData("longformer", "LongformerModel")]
    [InlineData("distilbert", "DistilBertRows")]
    [InlineData("vit", "VitModel")]
    [InlineData("gpt2", "Gpt2Model")]
    public void WhatAFamilyHasBesideItsWeights_IsLeftAlone(string family, string model)
    {
        byte[] file = File.ReadAllBytes(new GoldenFile((family == "longformer" ? "catalogue/" : "families/") + family).Path);
        using SafeTensors tensors = SafeTensors.Read(new MemoryStream(file));
        (string, string, int[], byte[]) Copy(string name, string of) => Tensor(name, [.. tensors.TryGetShape(of, out IReadOnlyList<long>? shape) ? shape.Select(size => (int)size) : []], tensors.ReadFloats(of));
        (string, string, int[], byte[])[] beside = family switch
        {
            "bart" => [Copy("lm_head.weight", "model.shared.weight"), Copy("model.encoder.embed_tokens.weight", "model.shared.weight"), Copy("model.decoder.embed_tokens.weight", "model.shared.weight"), Tensor("classification_head.dense.weight", [20, 20])],
            "marian" => [Copy("lm_head.weight", "model.shared.weight"), Tensor("model.encoder.embed_positions.weight", [20, 16], SinusoidalHalves(20, 16))],
            "bert" => [("bert.embeddings.position_ids", "I64", [1, 1], new byte[8]), Tensor("cls.predictions.bias", [45]), Tensor("cls.predictions.transform.LayerNorm.weight", [24]), Tensor("cls.seq_relationship.bias", [2]), Tensor("qa_outputs.weight", [2, 24])],
            "minilm" => [("embeddings.position_ids", "I64", [1, 1], new byte[8]), Tensor("cls.predictions.bias", [50]), Tensor("classifier.weight", [2, 16])],
            "roberta" => [Tensor("roberta.pooler.dense.bias", [20]), Tensor("lm_head.dense.weight", [20, 20]), Tensor("lm_head.layer_norm.bias", [20])],
            "longformer" => [Tensor("longformer.pooler.dense.bias", [32]), Tensor("lm_head.dense.weight", [32, 32]), Tensor("lm_head.decoder.weight", [40, 32])],
            "distilbert" => [Tensor("vocab_transform.weight", [24, 24]), Tensor("vocab_projector.bias", [43]), Tensor("qa_outputs.weight", [2, 24])],
            "vit" => [Tensor("vit.pooler.dense.weight", [20, 20]), Tensor("decoder.0.weight", [48, 20, 1, 1])],
            _ => [Copy("lm_head.weight", "transformer.wte.weight"), ("transformer.h.0.attn.bias", "U8", [1, 1, 16, 16], new byte[256]), Tensor("transformer.h.0.attn.masked_bias", []), Tensor("score.weight", [2, 24])],
        };
        MethodInfo load = typeof(ForgottenTests).Assembly.GetType("Attention.Tests.Models." + model)!.GetMethod("Load", [typeof(Stream), typeof(InstructionSet?), typeof(int)])!;
        using (Load(load, Change(file, _ => true, beside)))
        {
        }

        if (beside.FirstOrDefault(tensor => tensor.Item1 == "lm_head.weight") is not { Item1: not null } head)
            return;

        // Scores that are not the table's are not what Tied says.
        head.Item4[0] ^= 1;
        string table = family == "gpt2" ? "transformer.wte.weight" : "model.shared.weight";
        WeightsException refusal = Assert.IsType<WeightsException>(Assert.Throws<TargetInvocationException>(() => Load(load, Change(file, _ => true, head))).InnerException);
        Assert.Contains($"'lm_head.weight' of shape [{head.Item3[0]}, {head.Item3[1]}], and other values than table '{table}'", Assert.Single(refusal.Misfits), StringComparison.Ordinal);
    }

    [Fact]
    public void ABiasOfScoresThatIsZero_ChangesNothing()
    {
        byte[] file = File.ReadAllBytes(new GoldenFile("language-model").Path);
        int row = Array.FindIndex(s_rows, row => row is { Model: "LanguageModel" });
        MethodInfo withoutBias = s_models.Value.GetType($"Row{row}.LanguageModel")!.GetMethod("Load", [typeof(Stream), typeof(InstructionSet?), typeof(int)])!;
        using (Load(withoutBias, Change(file, name => name != "transformer.decoder.logits.bias", ("transformer.decoder.logits.bias", "F32", [26], new byte[4 * 26]))))
        {
        }
    }

    private static IDisposable Load(MethodInfo load, byte[] file) => (IDisposable)load.Invoke(null, [new MemoryStream(file), InstructionSet.Portable, 1])!;

    private static float[] SinusoidalHalves(int length, int width)
    {
        var values = new float[length * width];
        for (int i = 0; i < values.Length; i++)
        {
            (int position, int channel) = Math.DivRem(i, width);
            double angle = position * Math.Pow(10000, -2.0 * (channel % (width / 2)) / width);
            values[i] = (float)(channel < width / 2 ? Math.Sin(angle) : Math.Cos(angle));
        }

        return values;
    }

    [GeneratedRegex(@"(?=^\[AttentionModel)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"partial class (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^ *///.*\n?", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"Unread = new\[\] \{.*\}")]
    private static partial Regex Line();

    [GeneratedRegex("'(.*?)'")]
    private static partial Regex Quoted();
}
