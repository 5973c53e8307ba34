using Attention.Generator.Planning;
using Attention.Generator.Reading;

namespace Attention.Generator.Kernels;

/// <summary>A plan with the kernels that each instruction set needs for it.</summary>
internal sealed record KernelPlan(ModelPlan Plan, EquatableArray<IsaKernels> Kernels);

/// <summary>The kernels of one instruction set, each behind those that it calls.</summary>
internal sealed record IsaKernels(Isa Isa, EquatableArray<KernelKey> Keys);

/// <summary>Chooses the kernel of each step.</summary>
internal static class KernelChooser
{
    public static KernelPlan Choose(ModelPlan plan) =>
        new(plan, Isa.All.Select(isa => new IsaKernels(isa, Keys(plan, isa).ToEquatableArray())).ToEquatableArray());

    private static IEnumerable<KernelKey> Keys(ModelPlan plan, Isa isa)
    {
        var seen = new HashSet<KernelKey>();
        foreach (KernelKey needed in plan.Stages.SelectMany(stage => KeysOf(plan, stage, isa)).SelectMany(WithCallees))
        {
            if (seen.Add(needed))
                yield return needed;
        }
    }

    private static IEnumerable<KernelKey> KeysOf(ModelPlan plan, StagePlan stage, Isa isa)
    {
        foreach (Step step in stage.Steps)
        {
            if (KeyOf(step, isa) is KernelKey key)
                yield return key;
        }

        // The second paths come last, so that the first is the same without them.
        foreach (AttendStep attend in stage.Steps.OfType<AttendStep>())
        {
            if (stage.HasBeams && attend.Place == KeyPlace.Own)
                yield return BeamsOf(attend, plan.LaneFloats);
            if (CapturedOf(attend) is KernelKey captured)
                yield return captured;
        }
    }

    private static IEnumerable<KernelKey> WithCallees(KernelKey key) => key switch
    {
        ProductKey product => Callees(product).Concat([key]),
        AttendKey attend => [ScoresOf(attend), SoftmaxOf(attend), ContextOf(attend), key],
        CapturedAttendKey { Attend: AttendKey attend } => [ScoresOf(attend), SoftmaxOf(attend), ContextOf(attend), key],
        BeamAttendKey { Attend: AttendKey attend } => [ScoresOf(attend), SoftmaxOf(attend), key],
        _ => [key],
    };

    private static IEnumerable<KernelKey> Callees(ProductKey product)
    {
        foreach (Panel panel in product.Panels)
        {
            yield return TileOf(product, panel);
            if (product.Format != WeightFormat.Float32)
                yield return DirectTileOf(product, panel);
        }

        if (product.Activation != Generator.Activation.Identity)
            yield return new ActivateKey(product.Activation);
    }

    /// <summary>The kernel of a panel of floats, be they the stored weights or widened ones.</summary>
    public static TileKey TileOf(ProductKey product, Panel panel) => new(product.K, panel.Vectors, product.SourceStride, WeightFormat.Float32, ScalesAfter(product));

    /// <summary>The kernel that widens the stored weights itself.</summary>
    public static TileKey DirectTileOf(ProductKey product, Panel panel) => new(product.K, panel.Vectors, product.SourceStride, product.Format, ScalesAfter(product));

    private static int ScalesAfter(ProductKey product) => product.Format.HasScales() ? Padding.Up(product.N, Measures.Group) : 0;

    public static ScoresKey ScoresOf(AttendKey attend) => new(attend.HeadWidth, attend.QueryStride, attend.ScoreStride);

    public static SoftmaxKey SoftmaxOf(AttendKey attend) => new(attend.ScoreStride, attend.Scale);

    public static ContextKey ContextOf(AttendKey attend) => new(attend.HeadWidth, attend.ScoreStride, attend.ValueStride, attend.DestinationStride);

    /// <summary>The kernel of a step, null for those that the runtime does for every shape.</summary>
    public static KernelKey? KeyOf(Step step, Isa isa) => step switch
    {
        EmbedStep embed => new EmbedKey(embed.Width, embed.TableStride, embed.Scale, embed.Positions is not null, embed.PositionsStride, embed.Destination.Stride),
        AddPositionsStep add => new AddPositionsKey(add.Width, add.Rows.Stride, add.TableStride),
        AddTypesStep add => new AddTypesKey(add.Width, add.Rows.Stride, add.TableStride, add.HasChoice),
        NormalizeStep normalize => new NormalizeKey(normalize.Width, normalize.From.Stride, normalize.Destination.Stride, normalize.Epsilon),
        ProductStep product => new ProductKey(
            product.K, product.N, product.Format, product.From.Stride, product.Destination.Stride, product.Activation, product.Accumulate, product.Tail?.Stride, PanelsOf(product.N, isa, product.Format)),
        AttendStep attend => AttendOf(attend),
        PoolStep pool => new PoolKey(pool.Kind, pool.Width, pool.From.Stride),
        L2NormalizeStep normalize => new L2NormalizeKey(normalize.Width, normalize.From.Stride, normalize.Destination.Stride),
        _ => null,
    };

    private static AttendKey AttendOf(AttendStep attend) => new(
        attend.Heads, attend.HeadWidth, attend.HeadFloats, attend.Scale, attend.Causal, attend.Query.Stride, attend.Keys.Stride, attend.Values.Stride, attend.ScoreStride, attend.Destination.Stride);

    /// <summary>The kernel of an attention of a decoder to its own rows, where the rows are beams.</summary>
    public static BeamAttendKey BeamsOf(AttendStep attend, int laneFloats) => new(AttendOf(attend), laneFloats);

    /// <summary>The kernel of an attention that keeps its weights, null where it may not.</summary>
    public static CapturedAttendKey? CapturedOf(AttendStep attend) =>
        attend.Kept is Rows kept ? new CapturedAttendKey(AttendOf(attend), kept.Stride, attend.KeptHeadFloats) : null;

    /// <summary>
    /// How the columns of a product are cut into panels. With eight rows a tile of two vectors a row already has 16
    /// independent chains, four times what the latency of a fused multiply-add asks for, and both it and a tile of three
    /// were seen at 99 % of the peak from K = 128 on. So the rule avoids columns that no one asked for and kernels that are
    /// not needed: all panels three wide where that divides, else all two wide, else threes with one or two twos.
    /// Four rows (AVX2) need three vectors for more chains than two units times a latency of four, so there the twos are few.
    /// Narrow weights do too: one row of them was seen 4 % faster with three chains than with two.
    /// Where the widest is two (16 registers), 16 columns, the unit of padding, are one panel or two.
    /// </summary>
    public static EquatableArray<Panel> PanelsOf(int columns, Isa isa, WeightFormat format)
    {
        int vectors = Padding.Up(columns, Measures.Group) / isa.Lanes;
        if (isa.Vectors == 2 || (isa.Height == 8 && format == WeightFormat.Float32 && vectors % 3 != 0 && vectors % 2 == 0))
            return EquatableArray.Of(new Panel(2, vectors / 2));
        if (vectors % 3 == 0)
            return EquatableArray.Of(new Panel(3, vectors / 3));
        if (vectors == 1)
            return EquatableArray.Of(new Panel(1, 1));
        int twos = vectors % 3 == 2 ? 1 : 2;
        return vectors == 2 * twos
            ? EquatableArray.Of(new Panel(2, twos))
            : EquatableArray.Of(new Panel(3, (vectors - (2 * twos)) / 3), new Panel(2, twos));
    }
}
