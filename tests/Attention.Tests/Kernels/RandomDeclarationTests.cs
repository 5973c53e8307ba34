using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Parts;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>
/// Random valid declarations, generated under a culture in which numbers look different, compiled as strictly as a user
/// may compile, and held against the reference. A part is a class, since classes run side by side.
/// </summary>
public abstract class RandomDeclarationTests(ITestOutputHelper output, int part, WeightFormat format)
{
    private const int Models = 20;

    [Fact]
    public void Random_declarations_agree_with_the_reference()
    {
        // A table that is logits too is rounded for these only, which the reference has no place for.
        var random = new Random(part);
        (string, string)[] sources = [.. Enumerable.Range(0, Models).Select(i => ($"Random{part}x{i}", Declaration(random)))];
        if (format != WeightFormat.Float32)
            sources = [.. sources.Select(source => (source.Item1, source.Item2.Replace("Tied = true", "", StringComparison.Ordinal)))];

        // A row of one number is no measure: where it nearly cancels, the plain program's rounding may by chance be a fraction of any
        // other's. Such products are in ProductTests.
        sources = [.. sources.Select(source => (source.Item1, Regex.Replace(source.Item2, @"(Linear|Head)\(1(?=[,)])", "$1(2")))];

        InstructionSet[] supported = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        Dictionary<string, InstructionSet> sets = sources.ToDictionary(source => source.Item1, _ => supported[random.Next(supported.Length)]);
        CultureInfo before = CultureInfo.CurrentCulture;
        Dictionary<string, CompiledModel> models;
        try
        {
            CultureInfo.CurrentCulture = Hostile();
            models = CompiledModel.Compile(format, name => sets[name], sources);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        double worst = 0;
        foreach (CompiledModel model in models.Values)
        {
            // Every other model runs on two threads, its work cut as small as it can be.
            InstructionSet set = sets[model.Name];
            CompiledSession session = model.CreateSession(set, threads: 1 + random.Next(2));
            session.Core.Work.ChunkCost = 1;
            CheckBatches(model, set, random);
            int most = model.Stages[^1].Source.Length;
            foreach (int length in new[] { 1, random.Next(1, most + 1), most })
            {
                Dictionary<string, StageInput> inputs = OperationTests.InputsOf(model, length, random);
                worst = Math.Max(worst, session.Check(inputs));
                foreach (string stage in model.Stages.Where(stage => session.Stage(stage.Name) is IDecoder).Select(stage => stage.Name))
                    CheckSteps(session, stage, inputs[stage], random);
            }
        }

        Assert.InRange(worst, 1e-9, 1);
        output.WriteLine($"{models.Count} declarations, largest error: {worst:F3} of what is allowed");
    }

    /// <summary>A batch has the bits that its sequences have one by one, whatever the number of threads.</summary>
    private static void CheckBatches(CompiledModel model, InstructionSet set, Random random)
    {
        const int room = 600;
        if (model.Stages.All(stage => stage.IsDecoder || stage.Source is RowSource || stage.Operations.OfType<Attend>().Any(attend => attend.Other is not null)))
            return;
        CompiledSession alone = model.CreateSession(set), session = model.CreateSession(set, new SessionSettings { BatchTokens = room }, threads: 1 + random.Next(2));
        session.Core.Work.ChunkCost = 1;
        for (int round = 0; round < 3; round++)
        {
            session.Poison();
            Dictionary<string, StageInput>[] inputs = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => OperationTests.InputsOf(model, random.Next(1, model.Stages[^1].Source.Length + 1), random))];
            foreach (StageGraph stage in model.Stages)
            {
                StageInput[] given = [.. inputs.Select(input => input[stage.Name])];
                if (given.Any(input => input.Types.Length == 0))
                    given = [.. given.Select(input => input with { Types = [] })];
                if (session.ForwardBatch(stage.Name, given) is not float[] batch)
                    continue;
                float[] single = [.. given.SelectMany(input => alone.Forward(stage.Name, input))];
                Assert.Equal(single.Select(BitConverter.SingleToInt32Bits), batch.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    private static void CheckSteps(CompiledSession session, string stage, StageInput input, Random random)
    {
        float[] rows = session.Forward(stage, input);
        int[] tokens = input.Tokens;
        IDecoder decoder = session.Decoder(stage);
        decoder.Reset();
        for (int p = 0; p < tokens.Length;)
        {
            int end = Math.Min(tokens.Length, p + random.Next(1, 9));
            float[] row = decoder.Step(tokens.AsSpan(p, end - p)).ToArray();
            Assert.Equal(rows.AsSpan((end - 1) * decoder.Width, decoder.Width).ToArray(), row);
            p = end;
        }
    }

    /// <summary>Numbers with a comma for the point and U+2212 for the minus sign.</summary>
    private static CultureInfo Hostile()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "\u00a0";
        return culture;
    }

    internal static string Declaration(Random random)
    {
        bool Maybe() => random.Next(2) == 0;
        T Any<T>(params T[] items) => items[random.Next(items.Length)];
        int width = random.Next(1, 41);
        var code = new StringBuilder();
        int stages = random.Next(1, 4);
        var labelled = new List<bool>();
        for (int i = 0; i < stages; i++)
        {
            int header = code.Length;
            bool decoder = i > 0 ? Maybe() : random.Next(4) == 0;
            int own = i == 0 || Maybe() ? width : random.Next(1, 41);
            int vocabulary = random.Next(1, 60), length = Any(random.Next(1, 12), random.Next(12, 50)), layers = random.Next(0, 4);

            // Rows that nothing norms grow from layer to layer, and with them scores, until float32 cannot tell these apart.
            string norm = Any("", "Pre", "Post", "None");
            if (norm == "None")
                layers = Math.Min(layers, 1);
            code.Append(CultureInfo.InvariantCulture, $"[{(decoder ? "Decoder" : "Encoder")}(layers: {layers}, width: {own}, Prefix = \"stage{i}\"");
            if (norm.Length > 0)
                code.Append(CultureInfo.InvariantCulture, $", Norm = NormPlacement.{norm}");
            if (Maybe())
                code.Append(CultureInfo.InvariantCulture, $", FinalNorm = {Any("true", "false")}");
            if (Maybe())
                code.Append(", Epsilon = ").Append(Any("1e-12", "1e-5", "0.001"));
            if (random.Next(3) == 0)
                code.Append(", Bias = false");
            if (random.Next(3) == 0)
                code.Append(CultureInfo.InvariantCulture, $", Kind = NormKind.{Any("Rms", "RmsPlusOne")}");
            bool recurrent = layers > 0 && random.Next(5) == 0;
            if (!recurrent && random.Next(5) == 0)
                code.Append(", Shared = true");
            code.AppendLine(")]");
            int start = code.Length;
            bool tokens = decoder || Maybe(), kinds = tokens && random.Next(5) == 0;
            if (tokens)
                code.AppendLine(CultureInfo.InvariantCulture, $"[Embedding({vocabulary}, {length}{(norm != "None" && Maybe() ? ", Scaled = true" : "")}{(length > 1 && random.Next(5) == 0 ? $", Padding = {random.Next(vocabulary)}" : "")})]{(kinds ? $" {Any("", "[Positions(PositionKind.Learned)]", "[Positions(PositionKind.Axial, Columns = 3)]")} [Segment({random.Next(1, 60)}, {random.Next(1, 20)})]" : "")}{(!decoder && Maybe() ? $" [TokenTypes({random.Next(1, 4)})]" : "")}");
            else
                Source();
            bool classed = !decoder && !kinds && random.Next(3) == 0;
            if (classed)
                code.AppendLine("[ClassToken]");
            bool labels = !recurrent && !classed && layers > 0 && random.Next(3) == 0;
            if (labels)
                code.AppendLine(CultureInfo.InvariantCulture, $"[Labels({(tokens && Maybe() ? $"Token = {random.Next(vocabulary)}" : $"Rows = {random.Next(1, 20)}")})]");
            labelled.Add(labels);
            if (Maybe())
                code.AppendLine(CultureInfo.InvariantCulture, $"[Positions(PositionKind.{Any("Sinusoidal", "SinusoidalHalves", "SinusoidalTimescales", "Learned", $"Learned, Offset = {random.Next(0, 4)}", "Learned, Rows = 120", classed ? "Learned" : $"Axial, Columns = {random.Next(1, 9)}")})]");
            if (Maybe())
                code.AppendLine(Any("[LayerNorm]", "[RmsNorm]", "[RmsNorm(PlusOne = true)]"));
            if (recurrent)
                Recurrence();
            else if (layers > 0)
                Body();
            Outputs();
            Settle();
            code.AppendLine(CultureInfo.InvariantCulture, $"public sealed partial class Stage{i} {{ private static bool Sees(int query, int key) => {Any(PatternTests.Methods)}; private static float Slope(int head, int distance) => 0.2f * (head - 1) * distance; private static int Blocks(int layer, int blocks, int head, int row, int place) => ((3 * layer) + head + row + place) % blocks; }}");

            // What is said of norms that are nowhere, or of rows that no head sees, is a finding.
            void Settle()
            {
                string stage = code.ToString(header, code.Length - header), said = stage[..stage.IndexOf(']', StringComparison.Ordinal)], settled = said;
                bool body = layers > 0 && !recurrent;
                if (!body)
                    settled = Regex.Replace(settled, ", Norm = [A-Za-z.]+", "");
                if (!(body && norm != "None") && !said.Contains("FinalNorm = true", StringComparison.Ordinal))
                    settled = Regex.Replace(settled, Regex.IsMatch(stage, @"\[(Layer|Rms)Norm|BatchNorm = true") ? ", Kind = [A-Za-z.]+" : ", (Kind|Epsilon) = [A-Za-z0-9.-]+", "");
                stage = (settled + stage[said.Length..]).Replace("Near, Pattern = SparsePattern.Fixed, Summary = 2", "Near, Pattern = SparsePattern.Fixed", StringComparison.Ordinal);
                code.Remove(header, code.Length - header).Append(Regex.Replace(stage, @"(heads: 1, (HeadWidth = [0-9]+, )?Part = SparsePart\.)PerHead", "$1Both"));
            }

            void Source()
            {
                int patch = random.Next(1, 5), patches = random.Next(1, 5), channels = random.Next(1, 4);
                string bias = Maybe() ? ", Bias = false" : "", order = Maybe() ? $", Order = PatchOrder.{Any("ChannelsFirst", "ChannelsLast")}" : "";
                code.AppendLine(Any(
                    $"[Patches({patch * patches}, {patch}, Channels = {channels}, ChannelsLast = {Any("true", "false")}{order}{bias})]",
                    $"[Features({length}{(Maybe() ? $", Width = {random.Next(1, 50)}{bias}" : "")})]",
                    i == 0 ? $"[Features({length})]" : own == width ? "[Input(from: \"stage0\")]" : $"[Input(from: \"stage0\", SourceWidth = {width}{bias})]"));
            }

            void Recurrence()
            {
                string cell = $"[Recurrent(CellKind.{Any("Gru", "Lstm", "Gru, ResetBefore = true", "Lstm, Gates = GateOrder.Onnx", "Gru, Gates = GateOrder.Keras, StateBias = true")}{(!decoder && own % 2 == 0 && Maybe() ? ", Bidirectional = true" : "")})]";
                code.AppendLine(!decoder || i == 0 ? cell : Any(
                    cell, $"[AdditiveAttention(\"stage0\", {random.Next(1, 30)}{Any("", ", Bias = true", ", ContextFirst = true")})] {cell} {Any("", $"[DeepOutput(Width = {own}, Maxout = true)]")}",
                    $"{cell} [LuongAttention(\"stage0\", ScoreKind.{Any("General", "Concat", "Additive")}{Any("", ", InputFeeding = true")})]"));
            }

            void Body()
            {
                int[] divisors = [.. Enumerable.Range(1, own).Where(heads => own % heads == 0)];
                bool rotary = random.Next(4) == 0;
                string HeadsOf() => !rotary && Maybe() ? $"{Any(divisors)}" : $"{random.Next(1, 5)}, HeadWidth = {(rotary ? 2 * random.Next(2, 20) : random.Next(1, 40))}";
                if (random.Next(4) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[StepSignal(PositionKind.{Any("Sinusoidal", "SinusoidalHalves", "SinusoidalTimescales")}{Any("", ", First = 1")})]");
                if ((decoder || !labels) && random.Next(5) == 0)
                    code.AppendLine(code.ToString(start, code.Length - start) is string stem && (stem.Contains("Axial", StringComparison.Ordinal) || stem.Contains("[Patches", StringComparison.Ordinal)) ? "[TokenShift]" : Any("[TokenShift]", $"[TokenShift(Text = {random.Next(20)}, Side = {random.Next(1, 8)})]"));
                if (random.Next(5) == 0)
                    code.AppendLine($"[Halting(HaltingRule.{Any("Paper", "Accumulated", "Tensor2Tensor")}{Any("", ", CopyHalted = true", ", Epsilon = 0.3")})]");
                if (rotary)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[Rotary({Any("", "Width = 4", "Width = 2, Interleaved = true", "Interleaved = true", "Base = 50, Factor = 3")})]");
                if (i == 0 || rotary || Maybe())
                    code.AppendLine(CultureInfo.InvariantCulture, $"[SelfAttention({HeadsOf()}{(Maybe() ? ", Bias = false" : "")}{Any("", ", OutputBias = true", ", KeyBias = false")}{(Maybe() ? ", Causal = true" : "")}{(random.Next(3) == 0 ? $", Window = {random.Next(1, 40)}" : "")}{(random.Next(4) == 0 ? ", Mask = nameof(Sees)" : "")}{Any("", "", "", ", ScoreBias = nameof(Slope)", ", RelativeBuckets = 8", ", Alibi = true")}{Any("", "", ", SoftCap = 1.5", ", Scale = 0.4")}{Layers()})]");
                if (labels)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[SelfAttention({HeadsOf()}, Labels = LabelRule.Equal{Any("", ", Causal = true")}{Any("", "", ", Mask = nameof(Sees)")}{(random.Next(3) == 0 ? $", Window = {random.Next(1, 40)}" : "")}, Name = \"stage{i}.{{layer}}.labelled\"{Layers()})]");
                int least = tokens ? length : 1; // rows of the longest sequence, at least
                if (least > 1 && random.Next(5) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[SelfAttention({HeadsOf()}, Window = {random.Next(1, 20)}, {(decoder ? $"Global = {random.Next(1, least)}" : Any($"Global = {random.Next(1, least)}", $"Global = {random.Next(1, least)}, Causal = true", $"Prefix = {random.Next(1, least)}, Causal = true", $"Global = {random.Next(1, least)}{(rotary ? "" : ", GlobalProjections = true")}"))}, Name = \"stage{i}.{{layer}}.global\"{Layers()})]");
                if (random.Next(5) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[SparseAttention(stride: {random.Next(4, 20)}, heads: {HeadsOf()}, Part = SparsePart.{Any("Both", "Near", "Far", "PerHead")}{Any("", ", Pattern = SparsePattern.Fixed, Summary = 2", ", Pattern = SparsePattern.Fixed")}, Name = \"stage{i}.{{layer}}.sparse\"{Layers()})]");
                if (i > 0 && Maybe())
                {
                    // The rows attended to are as wide as stage 0.
                    code.AppendLine(CultureInfo.InvariantCulture, $"[CrossAttention(\"sTAGE0\", {HeadsOf()}{(own == width ? "" : $", SourceWidth = {width}")}{(labels && labelled[0] ? Any("", ", Labels = LabelRule.Equal", ", Labels = LabelRule.UpTo") : "")}{Any("", "", ", Mask = nameof(Sees)")}{(random.Next(4) == 0 ? ", ScoreBias = nameof(Slope)" : "")}{Layers()})]");
                }

                if (!decoder && random.Next(5) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[BigBirdAttention(block: {random.Next(1, 9)}, heads: {HeadsOf()}, {Any("Random = 0", "Random = 1, Seed = 3", "Random = 2, RandomIsFirst = true", "Random = 1", "Random = 2, Blocks = nameof(Blocks)")}, Name = \"stage{i}.{{layer}}.bigbird\"{Layers()})]");
                if (!decoder && !rotary && random.Next(4) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[LinformerAttention(rank: {random.Next(1, 50)}, heads: {HeadsOf()}, Sharing = ProjectionSharing.{Any("Headwise", "None", "KeyValue", "Layerwise")}{Any("", ", ProjectFirst = true, KeyBias = true")}{Any("", "", ", ValuesAreKeys = true")}{Any("", ", KeyValueHeads = 1")}, Name = \"stage{i}.{{layer}}.linformer\"{Layers()})]");
                if (!decoder && random.Next(4) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[ExternalAttention({random.Next(1, 40)}{(Maybe() ? ", Bias = true" : "")}{(Maybe() ? $", Heads = {Any(divisors)}, Expansion = {random.Next(1, 4)}{Any("", ", OutputBias = false")}" : "")}{Layers()})]");
                code.AppendLine(CultureInfo.InvariantCulture, $"[FeedForward({random.Next(1, 90)}, Activation.{Any("Relu", "QuickGelu", "Gelu", "GeluTanh", "Silu", "Identity", "Tanh", "Sigmoid")}{Any("", ", HiddenBias = false")}{Any("", ", Gated = true")}{Layers()})]");

                // A norm of few channels that no rows are added to, or that a non-linearity has drawn together, magnifies rounding by chance, and a stage that reads such rows magnifies it again.
                string Layers() => (own >= 16 && random.Next(4) == 0 ? ", Residual = false" : "") + Any("", "", "", ", BatchNorm = true", ", Gate = Gate.Tanh", ", Gate = Gate.LayerScale", own < 16 ? "" : ", After = Activation.Silu") + Any("", "", $", Every = {random.Next(1, 3)}", $", At = new[] {{ {layers - 1} }}");
            }

            void Outputs()
            {
                bool pooled = random.Next(3) == 0;
                if (pooled)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[Pooling(PoolingKind.{(tokens ? Any("Mean", "First", "Max", "LargestToken", $"AtToken, Token = {random.Next(vocabulary)}") : Any("Mean", "First", "Max"))})]");
                if (random.Next(4) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[LayerNorm(Name = \"last{i}\")]");
                bool linear = random.Next(3) == 0;
                if (linear)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[Linear({random.Next(1, 70)}, Activation = Activation.{Any("Identity", "Gelu", "Silu")}{(Maybe() ? ", Bias = false" : "")})]");
                if (!decoder && random.Next(4) == 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[Head({random.Next(1, 20)}{(Maybe() ? $", Pooler = Activation.{Any("Tanh", "Relu")}" : "")}{(Maybe() ? ", Bias = false" : "")})]");
                else if (decoder && !pooled)
                    code.AppendLine(Any("[Logits]", "[Logits(Bias = false)]", linear || kinds ? "[Logits]" : "[Logits(Tied = true)]", "[L2Normalize]", ""));
                else if (random.Next(4) == 0)
                    code.AppendLine("[L2Normalize]");
            }
        }

        if (random.Next(3) == 0)
            Exchange();
        return code.ToString();

        void Exchange()
        {
            int[] widths = [random.Next(4, 41), random.Next(4, 41)];
            int groups = random.Next(1, 4), classes = random.Next(2, 20);
            for (int branch = 0; branch < 2; branch++)
            {
                (int own, int other) = (widths[branch], widths[1 - branch]);
                int layers = random.Next(0, 3), heads = Any([.. Enumerable.Range(1, other).Where(heads => other % heads == 0)]);
                code.AppendLine(CultureInfo.InvariantCulture, $"[Encoder(layers: {layers}, width: {own}, Prefix = \"branch{branch}.{{group}}\"{(Any("Pre", "Post") is string norm && layers > 0 ? $", Norm = NormPlacement.{norm}" : "")}{Any("", ", FinalNorm = true", ", Kind = NormKind.Rms", ", Bias = false")})]");
                code.AppendLine(Any($"[Features({random.Next(1, 50)})]", $"[Patches({random.Next(1, 6)}, 1)]", $"[Embedding({random.Next(2, 20)}, {random.Next(1, 40)})]")).AppendLine("[ClassToken]");
                if (layers > 0)
                    code.AppendLine(CultureInfo.InvariantCulture, $"[SelfAttention(1)] [FeedForward({random.Next(1, 60)}, Activation.Gelu)]");
                code.AppendLine(CultureInfo.InvariantCulture, $"[ClassExchange(\"branch{1 - branch}\", {heads}{(own == other ? "" : $", SourceWidth = {other}")}, Groups = {groups}{Any("", ", Bias = false", ", Activation = Activation.Relu")})] public sealed partial class Branch{branch};");
                code.AppendLine(CultureInfo.InvariantCulture, $"[Encoder(0, {own}, Prefix = \"scores{branch}\")] [Input(\"branch{branch}\")] [Head({classes})] {(branch == 1 ? "[MeanWith(\"scores0\")]" : "")} public sealed partial class Scores{branch};");
            }
        }
    }
}

public sealed class RandomDeclarations1Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 1, WeightFormat.Float32);

public sealed class RandomDeclarations2Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 2, WeightFormat.Float32);

public sealed class RandomDeclarations3Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 3, WeightFormat.Float32);

public sealed class RandomDeclarations4Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 4, WeightFormat.BFloat16);

public sealed class RandomDeclarations5Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 5, WeightFormat.Int8);
