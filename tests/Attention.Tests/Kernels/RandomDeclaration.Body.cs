namespace Attention.Tests.Kernels;

/// <content>The parts of layers.</content>
internal sealed partial class RandomDeclaration
{
    private void Recurrence(Drawn stage)
    {
        (bool decoder, int own) = (stage.IsDecoder, stage.Width);
        stage.IsBidirectional = !decoder && own % 2 == 0 && random.Next(3) > 0;
        string recurrent = $"[Recurrent(CellKind.{stage.Cell}{(stage.Cell == "Gru" ? Some(3, ", ResetBefore = true") : "")}{Any("", "", ", Gates = GateOrder.Onnx", ", Gates = GateOrder.Keras")}{Some(4, ", StateBias = true")}{(stage.IsBidirectional ? ", Bidirectional = true" : "")})]";
        if (!decoder)
        {
            Line($"{recurrent}");
            return;
        }

        if (stage.Layers == 1 && OneIn(stage.IsFirst ? 2 : 4))
        {
            Line($"[IntraAttention({random.Next(1, 30)}{Some(2, ", Capture = true")})] {recurrent}");
            return;
        }

        if (stage.IsFirst)
        {
            Line($"{recurrent}");
            return;
        }

        Bridge(stage);
        stage.IsDeep = true;
        string deep = $"[DeepOutput{Any("", $"(Width = {own})", $"(Width = {random.Next(2, 40)}, Maxout = true)", $"(Width = {random.Next(2, 40)}, Maxout = true)", "(PreviousState = true)", "(Context = false)", "(Context = false)", $"(Input = false, Width = {random.Next(2, 40)})")}]";
        switch (random.Next(5))
        {
            case 0:
                stage.IsDeep = false;
                Line($"{recurrent}");
                break;
            case 1:
                Line($"[AdditiveAttention(\"stage0\", {random.Next(1, 30)}{Any("", ", Bias = true", ", QueryBias = true, KeyBias = true", ", KeyBias = true")}{Some(3, ", ContextFirst = true")}{Some(3, ", Activation = Activation.Relu")}{Some(2, ", Gate = true")}{Choice()}{Some(2, ", Capture = true")})] {recurrent} {Deep()}");
                break;
            default:
                Line($"{recurrent} {Luong(stage)} {Deep()}");
                break;
        }

        string Deep()
        {
            stage.IsDeep = Maybe();
            return stage.IsDeep ? deep : "";
        }
    }

    /// <summary>How one row is chosen, if one is.</summary>
    private string Choice() => Any("", ", Weighting = WeightingKind.Argmax", $", Weighting = WeightingKind.Sampled, Seed = {random.Next(100)}");

    private string Luong(Drawn stage)
    {
        string width = Maybe() ? $", ScoreWidth = {random.Next(1, 30)}" : "", bias = Some(3, ", QueryBias = true");
        string score = Any(stage.Width == _width ? "Dot" : "General", stage.Width == _width ? "Dot" : "Additive", "General" + bias, "General, MapKeys = true", "Concat" + width + bias, "Additive" + width + bias);
        string near = Any("", $", Window = {random.Next(1, 9)}", $", Window = {random.Next(1, 9)}, Centre = CentreKind.Monotonic", $", Window = {random.Next(1, 9)}, Centre = CentreKind.Predicted");
        return $"[LuongAttention(\"stage0\", ScoreKind.{score}{Some(2, ", InputFeeding = true")}{Some(3, ", OutputBias = true")}{Some(3, ", Activation = Activation.Identity")}{(near.Length > 0 ? near : Choice())}{Some(2, ", Capture = true")})]";
    }

    /// <summary>What states begin with, where the first stage has something that fits.</summary>
    private void Bridge(Drawn stage)
    {
        var fits = new List<string>();
        string map = $", Map = true{Some(2, ", Activation = Activation.Tanh")}{Some(2, ", Bias = false")}";
        bool isOne = stage is { Cell: "Gru", Layers: 1 };
        if (stage.Layers == 1)
            fits.Add("Take = BridgeSource.Mean" + map);
        if (isOne && stage.Width == _width)
            fits.Add("Take = BridgeSource.Mean");
        if (_first.IsRecurrent)
        {
            if (_first.Cell == stage.Cell && _first.Layers == stage.Layers && stage.Width == _width)
                fits.Add("Take = BridgeSource.Ends");
            if (stage.Layers == 1)
                fits.Add("Take = BridgeSource.Ends" + map);
            if (_first.IsBidirectional && stage.Layers == 1)
                fits.Add("Take = BridgeSource.Backward" + map);
            if (_first.IsBidirectional && isOne && stage.Width == _width / 2)
                fits.Add("Take = BridgeSource.Backward");
        }

        // Few stages can begin with what has read backward.
        string[] backward = [.. fits.Where(fit => fit.Contains("Backward", StringComparison.Ordinal))];
        if (fits.Count > 0 && random.Next(4) > 0)
            Line($"[Bridge(\"stage0\", {Any(backward.Length > 0 && random.Next(8) > 0 ? backward : [.. fits])})]");
    }

    private void Body(Drawn stage)
    {
        (int own, bool decoder, int i) = (stage.Width, stage.IsDecoder, stage.Index);
        int[] divisors = [.. Enumerable.Range(1, own).Where(heads => own % heads == 0)];
        bool rotary = OneIn(4);
        int channels = 0; // of a head that was drawn last
        if (OneIn(4))
            Line($"[StepSignal(PositionKind.{Any("Sinusoidal", "SinusoidalHalves", "SinusoidalTimescales")}{Some(2, ", First = 1")})]");
        if ((decoder || !stage.HasLabels) && OneIn(5))
            Line($"{Any("[TokenShift]", ImageOf() is (int lines, int words) ? $"[TokenShift(Text = {words}, Side = {lines})]" : "[TokenShift]")}");
        if (OneIn(5))
            Line($"[Halting(HaltingRule.{Any("Paper", "Accumulated", "Tensor2Tensor")}{Any("", ", CopyHalted = true", ", Epsilon = 0.3")})]");
        if (rotary)
            Line($"[Rotary({Any("", "Width = 4", "Width = 2, Interleaved = true", "Interleaved = true", "Base = 50, Factor = 3", "Values = true", ImageOf() is (int side, int text) ? $"Side = {side}, Text = {text}, Values = true, Interleaved = true" : "", Scaling(), Scaling(), Scaling(), Scaling())})]");

        if (i == 0 || rotary || Maybe())
            Line($"[SelfAttention({Heads()}{Options(turned: rotary)}{Some(2, ", Causal = true")}{Some(3, $", Window = {random.Next(1, 40)}")}{Some(4, ", Mask = nameof(Sees)")}{Bias()}{Layers()})]");
        if (stage.HasLabels)
            Line($"[SelfAttention({Heads()}, Labels = LabelRule.{(decoder ? "Equal" : Any("Equal", "Equal, Causal = true", "UpTo"))}{Some(3, ", Mask = nameof(Sees)")}{Some(3, $", Window = {random.Next(1, 40)}")}{Options()}, {Name("labelled")}{Layers()})]");
        Patterned();
        if (i > 0 && (stage.HasQueries || Maybe()))
            Cross();
        if (!decoder && !rotary && OneIn(3))
        {
            string first = Any("", ", ProjectFirst = true, KeyBias = true"), values = Any("", "", ", ValuesAreKeys = true"), without = Any("", ", OutputBias = false", ", QueryBias = false", values.Length > 0 ? "" : ", ValueBias = false", ", Bias = false");
            Line($"[LinformerAttention(rank: {random.Next(1, 50)}, heads: {Heads()}, Sharing = ProjectionSharing.{Any("Headwise", "None", "KeyValue", "Layerwise")}{first}{values}{Some(3, $", Rows = {stage.Rows + random.Next(9)}")}{without}{Options(biases: false, normed: first.Length == 0)}, {Name("linformer")}{Layers()})]");
        }

        if (!decoder && !rotary && OneIn(3))
        {
            int buckets = random.Next(2, 40);
            Line($"[DisentangledPositions({buckets}{Any("", $", MaxDistance = {(buckets / 2) + random.Next(2, 60)}")}{Some(2, ", Norm = true")}{Some(3, ", OwnProjections = true")}{Any("", "", ", Terms = DisentangledTerms.ContentToPosition", ", Terms = DisentangledTerms.PositionToContent")})]");
            Line($"[SelfAttention({Heads(share: false)}{Options(normed: false)}{Some(3, ", Causal = true")}{Some(3, $", Window = {random.Next(1, 40)}")}{Some(4, ", Mask = nameof(Sees)")}, {Name("disentangled")}{Layers()})]");
        }

        if (!decoder && OneIn(4))
            Line($"[ExternalAttention({random.Next(1, 40)}{Some(2, ", Bias = true")}{Some(3, ", Capture = true")}{(random.Next(3) > 0 ? $", Heads = {Any(divisors)}, Expansion = {random.Next(1, 4)}{Any("", ", OutputBias = false", ", QueryBias = false")}" : "")}{Layers()})]");
        Line($"[FeedForward({random.Next(1, 90)}, Activation.{Any("Relu", "QuickGelu", "Gelu", "GeluTanh", "Silu", "Identity", "Tanh", "Sigmoid")}{Any("", ", HiddenBias = false", ", OutputBias = false", ", Bias = false")}{Some(2, ", Gated = true")}{Layers()})]");

        string Heads(bool share = true)
        {
            bool divide = !rotary && Maybe();
            int heads = divide ? Any(divisors) : random.Next(1, 7), shared = Any([.. Enumerable.Range(1, heads).Where(count => heads % count == 0)]);
            channels = divide ? own / heads : rotary ? 2 * random.Next(3, 20) : random.Next(1, 40);
            return $"{heads}{(divide ? "" : $", HeadWidth = {channels}")}{(share ? Some(3, $", KeyValueHeads = {shared}") : "")}";
        }

        string Name(string word) => $"Name = \"stage{i}.{{layer}}.{word}\"";

        string Bias() => Any("", "", "", "", ", ScoreBias = nameof(Slope)", ", ScoreBias = nameof(Each)", ", RelativeBuckets = 8", $", RelativeBuckets = 8, RelativeDistance = {random.Next(5, 60)}", ", Alibi = true");

        // What all attentions have.
        string Options(bool biases = true, bool normed = true, bool turned = false) => $"{(biases ? Some(3, ", Bias = false") + Any("", ", OutputBias = true", ", KeyBias = false", ", QueryBias = false", ", ValueBias = false") : "")}{Any("", "", ", SoftCap = 1.5", ", Scale = 0.4")}{Some(5, $", TopK = {random.Next(1, 9)}")}{Some(5, ", Capture = true")}{Some(5, ", Sinks = true")}{(normed ? Normed(turned) : "")}";

        // A norm of few channels magnifies rounding by chance.
        string Normed(bool turned) => channels < 8 ? "" : Any("", "", ", QueryKeyNorm = QueryKeyNorm.PerHead", ", QueryKeyNorm = QueryKeyNorm.Whole, QueryKeyNormKind = NormKind.Rms", $", QueryKeyNorm = QueryKeyNorm.{(turned ? "PerHeadBehindRotary" : "PerHead")}, QueryKeyNormKind = NormKind.RmsPlusOne");

        void Patterned()
        {
            if (stage.Rows > 1 && OneIn(5))
            {
                string global = $"Global = {random.Next(1, stage.Rows)}";
                Line($"[SelfAttention({Heads()}, Window = {random.Next(1, 20)}, {(decoder ? global : Any(global, global + ", Causal = true", $"Prefix = {random.Next(1, stage.Rows)}, Causal = true", global + (rotary ? "" : ", GlobalProjections = true")))}{Options(normed: false)}, {Name("global")}{Layers()})]");
            }

            if (OneIn(5))
                Line($"[SparseAttention(stride: {random.Next(4, 20)}, heads: {Heads()}, Part = SparsePart.{Any("Both", "Near", "Far", "PerHead")}{Any("", ", Pattern = SparsePattern.Fixed, Summary = 2", ", Pattern = SparsePattern.Fixed")}{Labels()}{Options()}, {Name("sparse")}{Layers()})]");
            if (OneIn(8))
                Line($"[SparseAttention(stride: {random.Next(4, 20)}, heads: {random.Next(2, 5)}, HeadWidth = {random.Next(3, 7) * 2}, Pattern = SparsePattern.Fixed, Groups = 2{Some(2, ", Summary = 2")}{Options(normed: false)}, {Name("grouped")}{Layers()})]");
            if (OneIn(4))
                Line($"[LocalAttention(block: {random.Next(1, 20)}, heads: {Heads()}{Some(2, $", Backward = {random.Next(0, 4)}")}{(decoder ? "" : Any("", ", Causal = true", ", Forward = 0", ", Forward = 2"))}{Some(2, ", Exact = true")}{Labels()}{Options()}, {Name("local")}{Layers()})]");
            if (OneIn(4))
                Image();

            if (!decoder && OneIn(3))
                Line($"[BigBirdAttention(block: {random.Next(1, 9)}, heads: {Heads()}, {Any("Random = 0", "Random = 1, Seed = 3", "Random = 2, RandomIsFirst = true", "Random = 1", "Random = 2, Blocks = nameof(Blocks)", "Random = 2, Blocks = nameof(Blocks), CountOnce = true")}{Labels(", Labels = LabelRule.UpTo")}{Options()}, {Name("bigbird")}{Layers()})]");
        }

        void Image()
        {
            if (ImageOf() is not (int side, int text))
                return;
            string pattern = Any("Row", "Column", "Convolution"), reach = pattern == "Convolution" ? Any($", Kernel = {random.Next(1, side + 1)}", side > 2 ? $", Dilation = {random.Next(1, ((side - 1) / 2) + 1)}" : "", "") : "";
            Line($"[ImageAttention(side: {side}, pattern: ImagePattern.{pattern}, heads: {Heads()}{reach}{(text > 0 || Maybe() ? $", Text = {text}" : "")}{Labels()}{Options()}, {Name("image")}{Layers()})]");
        }

        // What reaches longer sequences than were trained.
        string Scaling() => "Scaling = RotaryScaling." + Any(
            "Llama3, Factor = 8, OriginalLength = 20, LowFrequency = 0.5, HighFrequency = 6",
            "Yarn, Factor = 3, OriginalLength = 9, Base = 90, BetaFast = 4, BetaSlow = 0.5, Truncate = false, AttentionFactor = 1.25", "Yarn, Factor = 3, OriginalLength = 9, MScale = 0.7, MScaleAllDim = 1.1",
            stage.Rows > 1 ? "DynamicNtk, Factor = 3, OriginalLength = 1, Width = 4" : "Llama3, Factor = 8, OriginalLength = 9", "LongRope, Factors = new double[] { 1, 2.5 }, Width = 4, AttentionFactor = 1.1");

        // The image that the stage's rows are places of, or could be.
        (int Side, int Text)? ImageOf()
        {
            int before = random.Next(stage.Rows);
            (int side, int text) = stage.Image ?? (LeastSide(stage.Rows - before) + random.Next(4), before);
            return text < stage.Rows && side >= LeastSide(stage.Rows - text) ? (side, text) : null;
        }

        // Beside a pattern; those up to mine where attention is not causal.
        string Labels(string upTo = "") => stage.HasLabels ? Any("", ", Labels = LabelRule.Equal", upTo) : "";

        // The rows attended to are as wide as stage 0.
        void Cross()
        {
            string width = own == _width ? "" : $", SourceWidth = {_width}", normed = Some(3, ", SourceNorm = true"), labels = stage.HasLabels && _first.HasLabels ? Any(", Labels = LabelRule.Equal", ", Labels = LabelRule.UpTo", "") : "";
            if (stage.HasQueries && own == _width && random.Next(3) > 0)
                Line($"[CrossAttention(\"sTAGE0\", {Heads()}{normed}, IncludeQueries = true{(stage.IsPerLabel ? ", Labels = LabelRule.Equal" : "")}{Options().Replace(", Capture = true", "", StringComparison.Ordinal)}{Layers()})]");
            else
                Line($"[CrossAttention(\"sTAGE0\", {Heads()}{width}{normed}{labels}{Some(3, ", Mask = nameof(Sees)")}{Some(4, $", ScoreBias = nameof({Any("Slope", "Each")})")}{Options()}{Layers()})]");
        }

        // A norm of few channels that no rows are added to, or that a non-linearity has drawn together, magnifies rounding by chance, and a stage that reads such rows magnifies it again.
        string Layers() => (own >= 24 ? Some(4, ", Residual = false") : "") + Any("", "", "", ", BatchNorm = true", stage.HasNormsBehind ? "" : ", Gate = Gate.Tanh", stage.HasNormsBehind ? "" : ", Gate = Gate.LayerScale", own < 24 ? "" : ", After = Activation.Silu")
            + (stage.Norm == "None" ? "" : Any("", "", ", Kind = NormKind.Rms", ", Epsilon = 1e-4")) + Any("", "", $", Every = {random.Next(1, 3)}", $", At = new[] {{ {stage.Layers - 1} }}");
    }
}
