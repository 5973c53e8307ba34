using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Tests.Kernels;

/// <summary>Writes a random valid declaration of a few stages, which have any parts and options. Which of the seeds has which is for the dice, that some have each is for <see cref="RandomDeclarationCoverageTests"/>.</summary>
/// <param name="random">The dice.</param>
/// <param name="mayTie">Whether logits may be the table.</param>
internal sealed partial class RandomDeclaration(Random random, bool mayTie)
{
    private readonly StringBuilder _code = new();
    private readonly int _width = random.Next(1, 41);

    /// <summary>The first stage, which others read; its rows are as wide as <see cref="_width"/>.</summary>
    private Drawn _first = null!;

    public static string Of(Random random, bool mayTie = true)
    {
        var declaration = new RandomDeclaration(random, mayTie);
        int stages = random.Next(1, 4);
        for (int i = 0; i < stages; i++)
            declaration.Stage(i);
        if (declaration.OneIn(3))
            declaration.Exchange();
        return declaration._code.ToString();
    }

    /// <summary>What a declaration says: parts, options of parts, and members of enums.</summary>
    public static HashSet<string> Said(string declaration)
    {
        AttributeSyntax[] attributes = [.. CSharpSyntaxTree.ParseText(declaration).GetRoot().DescendantNodes().OfType<AttributeSyntax>()];
        return [.. attributes.Select(attribute => attribute.Name.ToString()),
            .. attributes.SelectMany(attribute => (attribute.ArgumentList?.Arguments ?? []).Where(argument => argument.NameEquals is not null).Select(argument => $"{attribute.Name}.{argument.NameEquals!.Name}")),
            .. attributes.SelectMany(attribute => attribute.DescendantNodes().OfType<MemberAccessExpressionSyntax>()).Select(access => access.ToString())];
    }

    private bool OneIn(int times) => random.Next(times) == 0;

    private bool Maybe() => OneIn(2);

    private T Any<T>(params T[] items) => items[random.Next(items.Length)];

    /// <summary>A text, once in so many times.</summary>
    private string Some(int times, string text) => OneIn(times) ? text : "";

    private void Line(FormattableString line) => _code.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>What has been drawn of a stage.</summary>
    private sealed record Drawn(int Index, bool IsDecoder, int Width, int Layers, string Norm)
    {
        public bool IsFirst => Index == 0;

        public bool HasNormsBehind => Norm is "Sandwich" or "ResidualPost";

        public bool IsRecurrent { get; init; }

        public bool HasTokens { get; set; }

        /// <summary>Whether its tokens are of two kinds, and how many rows those of the first have.</summary>
        public bool HasKinds { get; set; }

        public int FirstRows { get; set; }

        public int Vocabulary { get; set; }

        /// <summary>How wide the table of tokens is, and how many ids it has.</summary>
        public (int Rows, int Width) Table { get; set; }

        /// <summary>The most rows of the source, and of all behind the stem.</summary>
        public int SourceRows { get; set; }

        public int Rows { get; set; }

        public bool HasClass { get; set; }

        public bool HasQueries { get; set; }

        /// <summary>Whether a call gives its rows, and so may give their labels.</summary>
        public bool IsGiven { get; set; }

        public bool HasLabels { get; set; }

        /// <summary>Whether its queries are there for each label of the rows attended to.</summary>
        public bool IsPerLabel { get; set; }

        /// <summary>How many rows have one label; null where that is not so, or unknown.</summary>
        public int? LabelRows { get; set; }

        /// <summary>Of rows that positions, patches or a second kind of tokens put in lines, how many make one, and how many rows are before the first; null for others.</summary>
        public (int Side, int Text)? Image { get; set; }

        /// <summary>Whether positions say so.</summary>
        public bool IsImageTold { get; set; }

        /// <summary>Of a recurrent stage the kind of cell, and whether states run backward too.</summary>
        public string Cell { get; set; } = "";

        public bool IsBidirectional { get; set; }

        /// <summary>Whether outputs see rows of another width.</summary>
        public bool IsDeep { get; set; }
    }

    private void Stage(int index)
    {
        bool decoder = index > 0 ? Maybe() : OneIn(4);
        int layers = random.Next(0, 4);

        // Rows that nothing norms grow from layer to layer, and with them scores, until float32 cannot tell these apart.
        string norm = Any("", "Pre", "Post", "None", "Sandwich", "ResidualPost");
        if (norm == "None")
            layers = Math.Min(layers, 1);

        // Of a recurrent decoder many parts are for those whose cells are as the first stage's.
        bool alike = index > 0 && decoder && _first.IsRecurrent && random.Next(4) > 0, recurrent = alike || (layers > 0 && OneIn(index == 0 ? 3 : decoder ? 2 : 5));
        if (alike)
            layers = Maybe() ? _first.Layers : 1;
        int width = index == 0 || alike || Maybe() ? _width : random.Next(1, 41);
        var stage = new Drawn(index, decoder, alike && _width > 1 && OneIn(3) ? _width / 2 : width, layers, norm) { IsRecurrent = recurrent, Cell = alike ? _first.Cell : Any("Gru", "Lstm") };
        if (index == 0)
            _first = stage;
        int start = _code.Length;
        Line($"[{(decoder ? "Decoder" : "Encoder")}(layers: {layers}, width: {stage.Width}, Prefix = \"stage{index}\"{(norm.Length > 0 ? $", Norm = NormPlacement.{norm}" : "")}{(Maybe() ? $", FinalNorm = {Any("true", "false")}" : "")}{(Maybe() ? $", Epsilon = {Any("1e-12", "1e-5", "0.001")}" : "")}{Some(3, ", Bias = false")}{(OneIn(3) ? $", Kind = NormKind.{Any("Rms", "RmsPlusOne")}" : "")}{(recurrent ? "" : Some(5, ", Shared = true"))})]");
        Source(stage);
        Stem(stage);
        if (recurrent)
            Recurrence(stage);
        else if (layers > 0)
            Body(stage);
        Outputs(stage);
        Settle(stage, start);
        Line($"public sealed partial class Stage{index} {{ private static bool Sees(int query, int key) => {Any(PatternTests.Methods)}; private static float Slope(int head, int distance) => 0.2f * (head - 1) * distance; private static float Each(int head, int query, int key) => System.MathF.Sin((7 * query) + (3 * key) + head); private static int Blocks(int layer, int blocks, int head, int row, int place) => ((3 * layer) + head + row + place) % blocks; }}");
    }

    /// <summary>Leaves out what would be said of norms that are nowhere, or of rows that no head sees: those are findings.</summary>
    private void Settle(Drawn stage, int start)
    {
        string whole = _code.ToString(start, _code.Length - start), said = whole[..whole.IndexOf(']', StringComparison.Ordinal)], settled = said;
        bool body = stage is { Layers: > 0, IsRecurrent: false };
        if (!body)
            settled = Regex.Replace(settled, ", Norm = [A-Za-z.]+", "");
        if (!(body && stage.Norm != "None") && !said.Contains("FinalNorm = true", StringComparison.Ordinal))
            settled = Regex.Replace(settled, Regex.IsMatch(whole, @"\[(Layer|Rms)Norm(?!\([^)]*Epsilon)|BatchNorm = true") ? ", Kind = [A-Za-z.]+" : ", (Kind|Epsilon) = [A-Za-z0-9.-]+", "");
        string parallel = body && stage.Norm == "Pre" && MayBeParallel(whole) ? new[] { "", "OwnNorms", "OneNorm" }[whole.Length % 3] : "";
        if (stage.Layers > 1 && whole.Length % 2 == 0)
            settled = settled.Replace("Shared = true", $"Shared = true, SharedGroups = {Math.Max(2, stage.Layers - 1)}", StringComparison.Ordinal);
        string rest = whole[said.Length..];
        if (parallel.Length > 0)
            settled = $"{settled[..^1]}, Parallel = ParallelKind.{parallel})";
        else if (body && stage.Norm != "None" && whole.Length % 4 == 1 && s_subLayer.Count(rest) > 1)
        {
            int own = (whole.Length / 4) % s_subLayer.Count(rest), at = 0;
            rest = s_subLayer.Replace(rest, part => at++ != own ? part.Value : $"{part.Value[..^2]}, Norm = NormPlacement.{(stage.Layers == 1 && !Regex.IsMatch(part.Value, "Kind|Epsilon") ? "None" : stage.Norm == "Pre" ? "Post" : "Pre")})]");
        }

        if (body && parallel.Length == 0 && !settled.Contains("Shared", StringComparison.Ordinal))
            rest = Widening(rest);
        if (parallel == "OneNorm")
            rest = s_subLayer.Replace(rest, part => Regex.Replace(part.Value, ", Kind = NormKind.Rms|, Epsilon = 1e-4", ""));
        whole = (settled + rest).Replace("Near, Pattern = SparsePattern.Fixed, Summary = 2", "Near, Pattern = SparsePattern.Fixed", StringComparison.Ordinal);
        _code.Remove(start, _code.Length - start).Append(Regex.Replace(whole, @"(heads: 1, (HeadWidth = [0-9]+, )?(KeyValueHeads = 1, )?Part = SparsePart\.)PerHead", "$1Both"));
    }

    /// <summary>Has the first attention make rows as wide as the stage, where it can.</summary>
    private static string Widening(string stage)
    {
        Match source = Regex.Match(stage, @"\[(Embedding|Features)\([^\]]*, Width = (\d+)\)\]"), part = s_subLayer.Match(stage);
        return !source.Success || !part.Value.StartsWith("[SelfAttention(", StringComparison.Ordinal) || !part.Value.Contains("HeadWidth", StringComparison.Ordinal) || Regex.IsMatch(part.Value, "Every|At =") || Regex.IsMatch(stage, @"\[(StepSignal|Halting|TokenShift)") ? stage
            : $"{stage[..(part.Index + part.Length - 2)]}, InputWidth = {source.Groups[2].Value}, At = new[] {{ 0 }})]{stage[(part.Index + part.Length)..]}";
    }

    private static readonly Regex s_subLayer = new(@"\[(\w+Attention|FeedForward)\(([^][{]|\[\]|\{[^}]*\})*\)\]");

    /// <summary>Whether the sub-layers of a stage may stand side by side; whether they do, its text decides and not the dice.</summary>
    private static bool MayBeParallel(string stage) =>
        s_subLayer.Matches(stage).Count(part => !Regex.IsMatch(part.Value, "Every|At =")) > 1 && !Regex.IsMatch(stage, @"Residual = false|After = |\[TokenShift");

    private void Source(Drawn stage)
    {
        int length = Any(random.Next(1, 12), random.Next(12, 50));
        stage.HasTokens = stage.IsDecoder || (stage.IsFirst || _first.LabelRows is null ? Maybe() : OneIn(3));
        if (stage.HasTokens)
            Tokens(stage, length);
        else if (stage is { IsFirst: false, Layers: > 0, IsRecurrent: false } && Maybe())
            Queries(stage);
        else
            Given(stage, length);
    }

    private void Tokens(Drawn stage, int length)
    {
        bool shares = !stage.IsFirst && _first.Table.Rows > 1 && OneIn(3), padded = !shares && length > 1 && OneIn(5);
        int vocabulary = shares ? _first.Table.Rows : random.Next(1, 60), table = shares ? _first.Table.Width : OneIn(5) ? random.Next(1, 50) : stage.Width;
        stage.HasKinds = !shares && OneIn(5);
        (stage.Vocabulary, stage.SourceRows, stage.FirstRows, stage.IsGiven) = (vocabulary, length, length, true);
        stage.Table = stage.HasKinds ? default : (padded ? vocabulary + length - 1 : vocabulary, table);
        bool wide = !stage.HasKinds && (table != stage.Width || OneIn(8));
        string scaled = stage.Norm != "None" && Maybe() ? Any(", Scaled = true", ", Scale = 1.5") : "";
        Line($"[Embedding({vocabulary}, {length}{scaled}{(padded ? $", Padding = {random.Next(vocabulary)}" : "")}{(shares ? ", Shares = \"stage0\"" : "")}{(wide ? $", Width = {table}{(stage.IsRecurrent ? "" : Some(2, ", Bias = false"))}" : "")})]");
        if (stage.HasKinds)
        {
            string positions = Any("", "[Positions(PositionKind.Learned)]", "[Positions(PositionKind.Axial, Columns = 3)]");
            int second = random.Next(1, 20);
            Line($"{positions} [Segment({random.Next(1, 60)}, {second})]");
            stage.Image = positions.Contains("Axial", StringComparison.Ordinal) ? (3, 0) : (LeastSide(second) + random.Next(3), length);
            stage.IsImageTold = positions.Contains("Axial", StringComparison.Ordinal);
            stage.SourceRows += second;
        }
    }

    /// <summary>Trained rows, which ask the first stage's; some for each of its labels.</summary>
    private void Queries(Drawn stage)
    {
        (stage.HasQueries, stage.SourceRows) = (true, random.Next(1, 20));
        if (_first.LabelRows is int rows && random.Next(4) > 0)
        {
            int labels = (_first.Rows + rows - 1) / rows;
            stage.LabelRows = random.Next(1, Math.Max(2, 60 / labels));
            (stage.HasLabels, stage.IsPerLabel, stage.SourceRows) = (true, true, labels * stage.LabelRows.Value);
            Line($"[Queries({stage.LabelRows}, PerLabel = true)]");
        }
        else
        {
            Line($"[Queries({stage.SourceRows})]");
        }
    }

    private void Given(Drawn stage, int length)
    {
        int patch = random.Next(1, 5), patches = random.Next(1, 5), channels = random.Next(1, 4);
        string bias = Some(2, ", Bias = false"), order = Maybe() ? $", Order = PatchOrder.{Any("ChannelsFirst", "ChannelsLast")}" : "";
        (string source, stage.SourceRows, stage.IsGiven) = Any(
            ($"[Patches({patch * patches}, {patch}, Channels = {channels}, ChannelsLast = {Any("true", "false")}{order}{bias})]", patches * patches, false),
            ($"[Features({length}{(Maybe() ? $", Width = {random.Next(1, 50)}{bias}" : "")})]", length, true),
            stage.IsFirst ? ($"[Features({length})]", length, true) : (stage.Width == _width ? "[Input(from: \"stage0\")]" : $"[Input(from: \"stage0\", SourceWidth = {_width}{bias})]", _first.Rows, false));
        if (source.StartsWith("[Patches", StringComparison.Ordinal))
            stage.Image = (patches, 0);
        Line($"{source}");
    }

    /// <summary>The least side of a square of so many places.</summary>
    private static int LeastSide(int places) => (int)Math.Ceiling(Math.Sqrt(Math.Max(1, places)));

    private void Stem(Drawn stage)
    {
        stage.HasClass = !stage.IsDecoder && !stage.HasKinds && !stage.HasLabels && OneIn(3);
        int front = !stage.HasClass ? 0 : stage.SourceRows % 3 == 0 ? 2 : 1;
        stage.Rows = stage.SourceRows + front;
        bool given = (stage.HasLabels || (!stage.IsRecurrent && !stage.HasClass && stage.Layers > 0 && OneIn(stage.IsFirst || _first.HasLabels ? 2 : 4))) && Labels(stage);
        if (stage.HasTokens && !stage.IsDecoder && !given && Maybe())
            Line($"[TokenTypes({random.Next(1, 4)})]");
        if (stage.HasClass)
            Line($"[ClassToken]{(front == 2 ? " [DistillationToken]" : "")}");
        if (stage.HasClass && stage.Image is (int lines, _))
            stage.Image = (lines, front);
        if (Maybe())
            Positions(stage);
        if (Maybe())
            Line($"{Norm()}");
    }

    private string Norm(string name = "") => Any("[LayerNorm({0})]", "[LayerNorm(Epsilon = 1e-4, {0})]", "[RmsNorm({0})]", "[RmsNorm(PlusOne = true, {0})]", "[RmsNorm(Epsilon = 1e-4, {0})]")
        .Replace("{0}", name, StringComparison.Ordinal).Replace(", )", ")", StringComparison.Ordinal).Replace("()", "", StringComparison.Ordinal);

    /// <summary>Labels that are counted, follow from where rows stand, or are given with a call, which is told.</summary>
    private bool Labels(Drawn stage)
    {
        bool rows = stage.HasLabels || !stage.IsGiven || Maybe(), given = !rows && !stage.IsDecoder && (!stage.HasTokens || Maybe());
        stage.HasLabels = true;
        if (rows)
            stage.LabelRows ??= random.Next(1, 20);
        Line($"{(rows ? $"[Labels(Rows = {stage.LabelRows})]" : given ? "[Labels]" : $"[Labels(Token = {random.Next(stage.Vocabulary)})]")}");
        return given;
    }

    private void Positions(Drawn stage)
    {
        int columns = random.Next(1, 9);
        bool axial = !stage.HasClass && OneIn(6);
        if (axial && stage.HasTokens && !stage.IsImageTold)
            (stage.Image, stage.IsImageTold) = ((columns, stage.HasKinds ? stage.FirstRows : 0), true);
        string repeated = stage.HasKinds ? "" : $", Repeat = {random.Next(1, 9)}";
        Line($"[Positions(PositionKind.{(axial ? $"Axial, Columns = {columns}" : Any("Sinusoidal", "SinusoidalHalves", "SinusoidalTimescales", $"SinusoidalTimescales, Offset = {random.Next(1, 4)}", "Learned", $"Learned, Offset = {random.Next(0, 4)}", $"Learned, Rows = {stage.Rows + 7}", $"Learned{repeated}", $"Sinusoidal{repeated}"))})]");
    }

    private void Outputs(Drawn stage)
    {
        bool pooled = OneIn(3), decoder = stage.IsDecoder;
        if (pooled)
            Line($"[Pooling(PoolingKind.{(stage.HasTokens ? Any("Mean", "First", "Max", "LargestToken", $"AtToken, Token = {random.Next(stage.Vocabulary)}", "Last", $"AtRow, Row = {stage.Rows / 2}") : Any("Mean", "First", "Max", "Last", $"AtRow, Row = {stage.Rows / 2}"))})]");
        if (OneIn(4))
            Line($"{Norm($"Name = \"last{stage.Index}\"")}");
        bool linear = OneIn(3);

        // A row of one number is no measure: where it nearly cancels, the plain program's rounding may by chance be a fraction of any other's. Such products are in ProductTests.
        if (linear)
            Line($"[Linear({random.Next(2, 70)}, Activation = Activation.{Any("Identity", "Gelu", "Silu")}{Some(2, ", Bias = false")})]");
        if (!decoder && OneIn(4))
            Line($"[Head({random.Next(2, 20)}{(!pooled && Maybe() ? $", Pooling = PoolingKind.{Any("Max", "Mean", "Last")}" : "")}{(Maybe() ? $", Pooler = Activation.{Any("Tanh", "Relu")}" : "")}{Some(2, ", Bias = false")})]");
        else if (decoder && !pooled)
            Line($"{(!linear && !stage.HasKinds && !stage.IsDeep && mayTie && stage.Table.Width == stage.Width && Maybe() ? "[Logits(Tied = true)]" : Any("[Logits]", "[Logits(Bias = false)]", "[Logits(SoftCap = 2)]", "[Logits(Scale = 0.5)]", "[L2Normalize]", stage.Width < 16 || stage.IsDeep || linear ? "" : "[DivideMax] [LayerNorm] [Logits]"))}");
        else if (OneIn(4))
            Line($"[L2Normalize]");
    }

    /// <summary>Two stages that exchange class rows, and what reads them.</summary>
    private void Exchange()
    {
        int[] widths = [random.Next(4, 41), random.Next(4, 41)];
        int groups = random.Next(1, 4), classes = random.Next(2, 20);
        for (int branch = 0; branch < 2; branch++)
        {
            (int own, int other) = (widths[branch], widths[1 - branch]);
            int layers = random.Next(0, 3), heads = Any([.. Enumerable.Range(1, other).Where(heads => other % heads == 0)]);
            Line($"[Encoder(layers: {layers}, width: {own}, Prefix = \"branch{branch}.{{group}}\"{(Any("Pre", "Post") is string norm && layers > 0 ? $", Norm = NormPlacement.{norm}" : "")}{Any("", ", FinalNorm = true", ", Kind = NormKind.Rms", ", Bias = false")})]");
            Line($"{Any($"[Features({random.Next(1, 50)})]", $"[Patches({random.Next(1, 6)}, 1)]", $"[Embedding({random.Next(2, 20)}, {random.Next(1, 40)})]")} [ClassToken]");
            if (layers > 0)
                Line($"{Any("[SelfAttention(1)]", "[BigBirdAttention(heads: 1, block: 1, Random = 1)]")} [FeedForward({random.Next(1, 60)}, Activation.Gelu)]");
            Line($"[ClassExchange(\"branch{1 - branch}\", {heads}{(own == other ? "" : $", SourceWidth = {other}")}, Groups = {groups}{Any("", ", FirstGroup = 2")}{Some(2, ", Capture = true")}{Any("", ", Bias = false", ", Activation = Activation.Relu")})] public sealed partial class Branch{branch};");
            Line($"[Encoder(0, {own}, Prefix = \"scores{branch}\")] [Input(\"branch{branch}\")] [Head({classes})] {(branch == 1 ? "[MeanWith(\"scores0\")]" : "")} public sealed partial class Scores{branch};");
        }
    }
}
