using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Kernels;

/// <summary>What tells one kernel of an instruction set from another: the shapes and strides that are literals in it.</summary>
internal abstract record KernelKey
{
    /// <summary>The method's name; keys that would share one are numbered by the writer.</summary>
    public abstract string Name { get; }

    /// <summary>Whether threads share the kernel's work.</summary>
    public virtual bool IsShared => false;
}

internal sealed record EmbedKey(int Width, int TableStride, float Scale, bool HasPositions, int PositionsStride, int DestinationStride) : KernelKey
{
    public override string Name => $"Embed_{Width}";
}

internal sealed record AddPositionsKey(int Width, int Stride, int TableStride) : KernelKey
{
    public override string Name => $"AddPositions_{Width}";
}

/// <param name="HasChoice">Whether a call can tell types; without, all rows are of type 0.</param>
internal sealed record AddTypesKey(int Width, int Stride, int TableStride, bool HasChoice) : KernelKey
{
    public override string Name => $"AddTypes_{Width}";
}

internal sealed record NormalizeKey(int Width, int SourceStride, int DestinationStride, float Epsilon) : KernelKey
{
    public override bool IsShared => true;

    public override string Name => $"Normalize_{Width}";
}

/// <summary>All rows of a product: rows × K by K × N.</summary>
internal sealed record ProductKey(
    int K, int N, WeightFormat Format, int SourceStride, int DestinationStride, Activation Activation, bool Accumulate, int? TailStride, EquatableArray<Panel> Panels) : KernelKey
{
    public override bool IsShared => true;

    public override string Name => $"Product_{K}x{N}" + (Format == WeightFormat.Float32 ? "" : "_" + Format) + (Activation == Activation.Identity ? "" : "_" + Activation) + (Accumulate ? "_Residual" : "");
}

/// <summary>A few rows of one panel of a product: a register tile for every height.</summary>
/// <param name="Format">What the panel holds; scratch memory holds floats, whatever the weights are stored as.</param>
/// <param name="ScalesAfter">How far behind their bias the scales of the columns lie; 0 where there are none.</param>
internal sealed record TileKey(int K, int Vectors, int SourceStride, WeightFormat Format = WeightFormat.Float32, int ScalesAfter = 0) : KernelKey
{
    public override string Name => $"Tile_{K}x{Vectors}" + (Format == WeightFormat.Float32 ? "" : "_" + Format) + (ScalesAfter > 0 && Format == WeightFormat.Float32 ? "_Scaled" : "");

    /// <summary>The tallest block.</summary>
    public int Height(Isa isa) => Format == WeightFormat.Float32 ? isa.Height : Planning.WeightFormats.DirectRows;
}

/// <summary>An element-wise function of a strip of columns.</summary>
internal sealed record ActivateKey(Activation Activation) : KernelKey
{
    public override string Name => Activation.ToString();
}

/// <summary>Multi-head attention of all rows.</summary>
/// <param name="KeyStride">The distance of two keys where they are not cached, but packed by the kernel; else 0.</param>
internal sealed record AttendKey(
    int Heads, int HeadWidth, int HeadFloats, float Scale, bool Causal, int QueryStride, int KeyStride, int ValueStride, int ScoreStride, int DestinationStride) : KernelKey
{
    public override bool IsShared => true;

    public bool Packs => KeyStride > 0;

    public override string Name => $"Attend_{Heads}x{HeadWidth}" + (Causal ? "_Causal" : "");
}

/// <summary>The same, which also keeps the weights: rows of <paramref name="Stride"/>, heads <paramref name="HeadFloats"/> apart.</summary>
internal sealed record CapturedAttendKey(AttendKey Attend, int Stride, int HeadFloats) : KernelKey
{
    public override bool IsShared => true;

    public override string Name => Attend.Name + "_Captured";
}

/// <summary>The same for one row of each beam, whose keys and values are spread over the lanes.</summary>
internal sealed record BeamAttendKey(AttendKey Attend, int LaneFloats) : KernelKey
{
    public override string Name => Attend.Name + "_Beams";
}

/// <summary>Scores of a strip of queries with all keys.</summary>
internal sealed record ScoresKey(int HeadWidth, int QueryStride, int ScoreStride) : KernelKey
{
    public override string Name => $"Scores_{HeadWidth}";
}

/// <summary>Softmax of a strip of scores.</summary>
internal sealed record SoftmaxKey(int ScoreStride, float Scale) : KernelKey
{
    public override string Name => "Softmax";
}

/// <summary>Values weighted by a strip of scores.</summary>
internal sealed record ContextKey(int HeadWidth, int ScoreStride, int ValueStride, int DestinationStride) : KernelKey
{
    public override string Name => $"Context_{HeadWidth}";
}

internal sealed record PoolKey(PoolingKind Kind, int Width, int SourceStride) : KernelKey
{
    public override string Name => $"Pool{Kind}_{Width}";
}

internal sealed record L2NormalizeKey(int Width, int SourceStride, int DestinationStride) : KernelKey
{
    public override string Name => $"L2Normalize_{Width}";
}

/// <summary><paramref name="Count"/> panels, each <paramref name="Vectors"/> vectors wide.</summary>
internal sealed record Panel(int Vectors, int Count);
