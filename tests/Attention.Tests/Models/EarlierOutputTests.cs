using System.Text.RegularExpressions;
using Attention.Bench;
using Attention.Dsl;
using Attention.Tests.Diagnostics;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>What files of the catalogue tell of a model before its end, against its declaration cut short there.</summary>
public sealed class EarlierOutputTests
{
    private const string UnreadAll = "Unread = [\"*\"]";

    /// <summary>An output of a file, and how a model that gives it is called and made of one that goes on.</summary>
    private sealed record Earlier(string File, string Output, string Name, string Of, string Source, (string Part, string Instead)[] Changes, Func<GoldenFile, CompiledSession, float[]> Run)
    {
        /// <summary>The weights, if they are not those of the file.</summary>
        public Func<GoldenFile, Stream>? Weights { get; init; }

        /// <summary>The class as its file has it, but for the changes.</summary>
        public (string Name, string Body) Declaration()
        {
            string text = Repository.Read("tests", "Attention.Tests", "Models", Source + ".cs");
            Match head = Regex.Match(text, $@"public sealed partial class {Of}(?<end>;|\n)");
            int end = head.Groups["end"].Value == ";" ? head.Index + head.Length : text.IndexOf("\n}", head.Index, StringComparison.Ordinal) + 2;
            string body = text[(text.LastIndexOf("\n\n", head.Index, StringComparison.Ordinal) + 2)..end];
            foreach ((string part, string instead) in Changes)
            {
                Assert.Contains(part, body, StringComparison.Ordinal);
                body = body.Replace(part, instead, StringComparison.Ordinal);
            }

            return (Name, body.Replace($"partial class {Of}", $"partial class {Name}", StringComparison.Ordinal));
        }
    }

    private static readonly Earlier[] s_outputs =
    [
        new("flamingo", "rows", "FlamingoRows", "Flamingo", "FusionModels",
            [("WeightLayout.Llama", "WeightLayout.Llama, " + UnreadAll), ("[Tensor(TensorRole.Logits, \"{prefix}.lm_head.weight\")]", ""), ("[Logits(Bias = false)]", "")],
            (golden, session) => Last(session, ("Vision", Values(golden, "vision")), ("Images", StageInput.None), ("Text", Tokens(golden, "tokens")))),
        new("clip", "text_pooled", "ClipTexts", "ClipEmbeddings", "FusionModels",
            [("WeightLayout.Clip", "WeightLayout.Clip, " + UnreadAll), ("[Linear(16, Bias = false, Name = \"text_projection\")]", "")],
            (golden, session) => [.. Last(session, ("Text", Tokens(golden, "text0"))), .. Last(session, ("Text", Tokens(golden, "text1")))]),
        new("clip", "image_embeds", "ClipImages", "ClipTowers", "FusionModels",
            [("Scalars = [\"logit_scale\"]", UnreadAll), ("[L2Normalize]", "")],
            (golden, session) => [.. Last(session, ("Image", Values(golden, "image0"))), .. Last(session, ("Image", Values(golden, "image1")))]),
        new("longformer", "embedding", "LongformerEmbedding", "LongformerModel", "LongformerModels",
            [("golden.*", "*"), ("layers: 1", "layers: 0"), ("[SelfAttention(heads: 4, Window = 2, Global = 1, GlobalProjections = true, Capture = true), FeedForward(64, Activation.Gelu)]", "")],
            (golden, session) => Last(session, ("LongformerEmbedding", Tokens(golden, "tokens")))),
        new("longformer", "attention", "LongformerHeads", "LongformerModel", "LongformerModels",
            [("golden.*", "*"), ("width: 32", "width: 32, Norm = NormPlacement.None"), ("Capture = true), FeedForward(64, Activation.Gelu)", "Residual = false)")],
            (golden, session) => Last(session, ("LongformerHeads", Tokens(golden, "tokens"))))
        {
            Weights = LongformerBeforeTheOutput,
        },
        new("mpnet", "embedding", "MpNetEmbedding", "MpNet", "DistanceModels",
            [("golden.*", "*"), ("[FeedForward(48, Activation.Gelu)]", "[FeedForward(48, Activation.Gelu)] [Pooling(PoolingKind.Mean)] [L2Normalize]")],
            (golden, session) => Last(session, ("MpNetEmbedding", Tokens(golden, "tokens")))),
        new("bahdanau_paper", "states", "BahdanauStates", "BahdanauPaper", "RecurrentModels",
            [("golden.*", "*"), (", DeepOutput(PreviousState = true, Width = 16, Maxout = true), Logits(Name = \"decoder.output\")", "")], Translated),
        .. new[] { ("luong_dot", "LuongDot"), ("luong_general", "LuongGeneral"), ("luong_concat", "LuongConcat"), ("luong_mlp", "LuongMlp"), ("luong_local_m", "LuongLocalM"), ("luong_local_p", "LuongLocalP") }
            .Select(luong => new Earlier(luong.Item1, "attentional", luong.Item2 + "Rows", luong.Item2, "RecurrentModels", [("golden.*", "*"), (", Logits(Name = \"generator\")", "")], Translated)),
    ];

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. s_outputs.Select(output => output.Declaration())]));

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Outputs_before_the_end_agree_with_the_catalogue(InstructionSet instructionSet)
    {
        foreach (Earlier output in s_outputs)
        {
            GoldenFile golden = GoldenFile.Open("catalogue/" + output.File, instructionSet);
            using Stream weights = output.Weights?.Invoke(golden) ?? File.OpenRead(golden.Path);
            CompiledSession session = s_models.Value[output.Name].CreateSession(instructionSet, checkpoint: weights);
            session.Poison();
            golden.AssertRows("golden.output." + output.Output, output.Run(golden, session));
            Assert.InRange(golden.Worst, 1e-9, 1e-5);
        }
    }

    private static float[] Translated(GoldenFile golden, CompiledSession session) => Last(session, ("Source", Tokens(golden, "source")), ("Target", Tokens(golden, "target")));

    private static StageInput Tokens(GoldenFile golden, string name) => new(golden.Ids("golden.input." + name), [], []);

    private static StageInput Values(GoldenFile golden, string name) => new([], [], golden.Floats("golden.input." + name));

    /// <summary>Runs stages one after the other: what the last one gives.</summary>
    private static float[] Last(CompiledSession session, params (string Stage, StageInput Input)[] calls)
    {
        float[] rows = [];
        foreach ((string stage, StageInput input) in calls)
            rows = session.Forward(stage, input);
        return rows;
    }

    /// <summary>The file has what heads give before the output's map, which is the identity here.</summary>
    private static MemoryStream LongformerBeforeTheOutput(GoldenFile golden)
    {
        const string self = "longformer.encoder.layer.0.attention.self.", map = "longformer.encoder.layer.0.attention.output.dense.";
        string[] names =
        [
            .. new[] { "word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight", "LayerNorm.weight", "LayerNorm.bias" }.Select(name => "longformer.embeddings." + name),
            .. new[] { "query", "key", "value", "query_global", "key_global", "value_global" }.SelectMany(name => new[] { self + name + ".weight", self + name + ".bias" }),
        ];
        Dictionary<string, (int[] Shape, float[] Values)> tensors = names.ToDictionary(name => name, name => (golden.Shape(name), golden.Floats(name)));
        tensors[map + "weight"] = ([32, 32], [.. Enumerable.Range(0, 32 * 32).Select(i => i % 33 == 0 ? 1f : 0)]);
        tensors[map + "bias"] = ([32], new float[32]);
        return TensorFile.Of(tensors);
    }
}
