using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Keys and values of an attention are not the rows' own but a fixed number of mixtures of them, whose weights are trained: Wang et al. 2020,
/// "Linformer: Self-Attention with Linear Complexity", section 4. A sequence that is shorter than the longest has the first of the weights.
/// </summary>
/// <param name="Rank">How many mixtures.</param>
/// <param name="Keys">The weights of the keys' mixtures (E), rank × rows, of all heads or stacked for each.</param>
/// <param name="Values">Those of the values' (F), which may be the same.</param>
/// <param name="KeyBias">What is added to mixed keys; null for nothing.</param>
/// <param name="ValueBias">What is added to mixed values; null for nothing.</param>
/// <param name="IsShared">Whether all layers have the same weights.</param>
internal sealed record LowRank(int Rank, int Keys, int Values, int? KeyBias, int? ValueBias, bool IsShared)
{
    /// <summary>The place of the weights of mixtures, which are transposed, rows × rank. What all layers share is no layer's.</summary>
    private long PlaceOf(StagePlanner plan, Spot spot, int map) => plan.Weights.Panels(IsShared ? new Spot(Section.Stem, -1, spot.Origin) : spot, map, null, Padding.Up(Rank, Measures.KeyPanel));

    /// <summary>Finds places for what all layers share before the first of them has any, so that they differ by a shift alone.</summary>
    public void Keep(StagePlanner plan, Spot spot)
    {
        if (!IsShared)
            return;
        PlaceOf(plan, spot, Keys);
        PlaceOf(plan, spot, Values);
    }

    /// <summary>Finds the places of a layer's weights.</summary>
    public Places Plan(StagePlanner plan, Spot spot, int heads, int headWidth)
    {
        long keys = PlaceOf(plan, spot, Keys), values = PlaceOf(plan, spot, Values);
        long? biases = (KeyBias ?? ValueBias) is null ? null : plan.Weights.Vectors(spot, heads * headWidth, KeyBias, ValueBias);
        bool isPerHead = plan.ParameterOf(Keys).Stacked > 1;
        var code = new Mixtures(Rank, heads, headWidth, isPerHead ? checked(plan.ParameterOf(Keys).Columns * Padding.Up(Rank, Measures.KeyPanel)) : 0, checked((int)(values - keys)), KeyBias is not null, ValueBias is not null);
        return new Places(code, keys, biases, IsShared);
    }

    /// <summary>Where a layer's weights are.</summary>
    internal sealed record Places(Mixtures Code, long Weights, long? Biases, bool IsShared)
    {
        /// <summary>The first of the weights that move from layer to layer.</summary>
        public long? Moving => IsShared ? Biases : Biases is long biases ? Math.Min(Weights, biases) : Weights;

        public Places Move(long by) => this with { Weights = IsShared ? Weights : Weights + by, Biases = Biases + by };

        /// <summary>References to weights and biases, as arguments.</summary>
        public string Arguments(StageCode code)
        {
            string weights = IsShared ? StageCode.SharedWeight(Weights) : code.Weight(Weights);
            return $"{weights}, {(Biases is long biases ? code.Weight(biases) : weights)}, ";
        }
    }

    /// <summary>How a thread mixes keys and values of one head of a sequence for itself.</summary>
    /// <param name="Heads">How many heads keys and values have.</param>
    /// <param name="HeadFloats">The distance of two heads' weights; 0 where all have the same.</param>
    /// <param name="Values">The distance of the weights of values from those of keys.</param>
    internal sealed record Mixtures(int Rank, int Heads, int HeadWidth, int HeadFloats, int Values, bool HasKeyBias, bool HasValueBias)
    {
        private int Stride => Padding.Up(Rank, Measures.KeyPanel);

        /// <summary>The panels of a head's mixed keys.</summary>
        public int KeyFloats => checked(Stride * HeadWidth);

        /// <summary>The distance of two mixed values.</summary>
        public int ValueStride => Padding.Up(HeadWidth, Measures.Group);

        public string Suffix => $"_Rank{Number(Rank)}" + (Values == 0 ? "_Shared" : "") + (HeadFloats == 0 ? "" : "_PerHead");

        public IEnumerable<Kernel> Kernels(int keyStride, int valueStride) => [KeysOf(keyStride), ValuesOf(valueStride)];

        /// <summary>A channel of 32 keys at a time: keys of a panel stand side by side.</summary>
        private Mixture KeysOf(int keyStride) => new(Measures.KeyPanel, keyStride, Stride, Measures.KeyPanel, HasKeyBias ? Added.ToRows : Added.Nothing);

        private Mixture ValuesOf(int valueStride) => new(HeadWidth, Stride, valueStride, ValueStride, HasValueBias ? Added.ToColumns : Added.Nothing);

        /// <summary>Writes what makes <c>headKeys</c> and <c>headValues</c> of the rows of a head, of which there are <c>keys</c> from <c>start</c> on.</summary>
        /// <param name="head">The head, as C#.</param>
        public void Write(KernelCode code, string head, int keyStride, int valueStride)
        {
            string tile = Number(code.Isa.Height);
            string Of(string rows, int stride) => $"ref Unsafe.Add(ref {rows}, (start * {Number(stride)}) + ({head} * {Number(HeadWidth)}))";
            code.Line($"ref float k = {Of("work.W", keyStride)};");
            code.Line($"ref float v = {Of("work.V", valueStride)};");
            code.Line($"ref float mixing = ref Unsafe.Add(ref work.U, {head} * (nint){Number(HeadFloats)});");
            code.Line($"ref float bias = ref Unsafe.Add(ref work.B, {head} * {Number(HeadWidth)});");
            using (code.Block($"for (int panel = 0; panel < {Number(Stride)}; panel += {Number(Measures.KeyPanel)})"))
            using (code.Block($"for (int channel = 0; channel < {Number(HeadWidth)}; channel += {tile})"))
                code.Line($"{code.NameOf(KeysOf(keyStride))}(Math.Min({Number(HeadWidth)} - channel, {tile}), keys, ref Unsafe.Add(ref k, channel), ref Unsafe.Add(ref mixing, panel), ref Unsafe.Add(ref bias, channel), ref Unsafe.Add(ref headKeys, (panel * {Number(HeadWidth)}) + (channel * {Number(Measures.KeyPanel)})));");
            using (code.Block($"for (int mixture = 0; mixture < {Number(Rank)}; mixture += {tile})"))
                code.Line($"{code.NameOf(ValuesOf(valueStride))}(Math.Min({Number(Rank)} - mixture, {tile}), keys, ref Unsafe.Add(ref mixing, {Number(Values)} + mixture), ref v, ref Unsafe.Add(ref bias, {Number(Padding.Up(Heads * HeadWidth, Measures.Group))}), ref Unsafe.Add(ref headValues, mixture * {Number(ValueStride)}));");
            code.Line($"keys = {Number(Rank)};");
        }
    }

    /// <summary>What is added to a mixture.</summary>
    internal enum Added
    {
        Nothing,
        ToRows,
        ToColumns,
    }

    /// <summary><c>y[height × columns] = xᵀ · w</c> over so many rows of both, and a bias.</summary>
    internal sealed record Mixture(int Columns, int SourceStride, int WeightStride, int DestinationStride, Added Bias) : Kernel
    {
        public override string Name => $"Mixture_{Columns}" + (Bias == Added.Nothing ? "" : "_Bias");

        public override void Write(KernelCode code)
        {
            int lanes = code.Isa.Lanes, all = (Columns + lanes - 1) / lanes;
            code.Heights(
                this, $"y[height × {Columns}] = xᵀ[height × count] · w[count × {Columns}]{(Bias == Added.Nothing ? "" : " + bias")}, whole vectors of y.",
                "int count, ref float x, ref float w, ref float bias, ref float y", "count, ref x, ref w, ref bias, ref y",
                height =>
                {
                    int column = 0;
                    foreach ((int vectors, int count) in Context.Chunks(code.Isa, height, all, rest: false))
                    {
                        int width = vectors * lanes;
                        using (code.Block($"for (nint column = {Number(column)}; column < {Number(column + (width * count))}; column += {Number(width)})"))
                        {
                            code.Multiply(height, vectors, "x", "Unsafe.Add(ref w, column)", 1, WeightStride, "count", 1, sourceStep: SourceStride);
                            code.Line("ref float d = ref Unsafe.Add(ref y, column);");
                            for (int vector = 0; vector < vectors && Bias == Added.ToColumns; vector++)
                                code.Line($"{code.V} bias{vector} = {code.Load("Unsafe.Add(ref bias, column)", Number(vector * lanes))};");
                            for (int row = 0; row < height; row++)
                            {
                                if (Bias == Added.ToRows)
                                    code.Line($"{code.V} added{row} = {code.Create($"Unsafe.Add(ref bias, {Number(row)})")};");
                                for (int vector = 0; vector < vectors; vector++)
                                {
                                    string added = Bias switch { Added.ToRows => $" + added{row}", Added.ToColumns => $" + bias{vector}", _ => "" };
                                    code.Line(KernelCode.Store(added.Length == 0 ? $"a{row}{vector}" : $"(a{row}{vector}{added})", "d", Number((row * DestinationStride) + (vector * lanes))));
                                }
                            }
                        }

                        column += width * count;
                    }
                });
        }
    }
}
