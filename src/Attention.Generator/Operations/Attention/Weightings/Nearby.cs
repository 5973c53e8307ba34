using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// The softmax of the keys not further than <paramref name="Width"/> from a place between them, times a normal curve around it where there is one:
/// Luong et al. 2015, section 3.2. A query's row has the place behind its channels.
/// </summary>
internal sealed record Nearby(int Width, bool HasCurve) : Weighting
{
    public override bool ReadsQuery => true;

    public override string Suffix => $"_Near{Number(Width)}{(HasCurve ? "_Curve" : "")}";

    public override string Story => $", not further than {Number(Width)} from {(HasCurve ? "a place that is predicted, a normal curve around it" : "the row's place")}";

    public override string Formula(string scores) => $"softmax({scores} near a place){(HasCurve ? " ∘ curve" : "")}";

    /// <summary>The first key near a place and the key behind the last, as C#.</summary>
    public string Interval(string place, string keys) => $"LocalWeights.First({place}, {Number(Width)}, {keys}), LocalWeights.End({place}, {Number(Width)}, {keys})";

    /// <summary>The most keys near a place.</summary>
    public int Most => checked((2 * Width) + 1);

    /// <summary>The statement that says where the keys near the places of a strip begin and end, as C#.</summary>
    public string Bounds(string places, int stride) => $"LocalWeights.Bounds(tall, {Number(Width)}, keys, ref {places}, {Number(stride)}, out int begins, out int visible);";

    public override Kernel KernelOf(int scoreStride, float scale, Mask mask, QueryEnd query) => new Code(this, scoreStride, scale, query);

    internal sealed record Code(Nearby Weighting, int ScoreStride, float Scale, QueryEnd Query) : Kernel
    {
        public override string Name => "Near" + Number(Weighting.Width) + (Weighting.HasCurve ? "_Curve" : "");

        public override void Write(KernelCode code)
        {
            using (code.Method(this, $"{Weighting.Formula("score")}, zero elsewhere from key start to end; 1 behind the row, at {ScoreStride - Measures.InverseSum}.", "int rows, int keys, int start, int end, ref float scores, ref float q"))
            using (code.Block("for (int row = 0; row < rows; row++)"))
            {
                code.Line($"ref float s = ref Unsafe.Add(ref scores, (nint)row * {ScoreStride});");
                code.Line($"LocalWeights.Make(keys, start, (end + 15) & ~15, {Number(Weighting.Width)}, {(Weighting.HasCurve ? "true" : "false")}, {Float(Scale)}, ref s, Unsafe.Add(ref q, ((nint)row * {Query.Stride}) + {Query.Column}));");
                code.Line($"Unsafe.Add(ref s, {Number(ScoreStride - Measures.InverseSum)}) = 1f;");
            }
        }
    }
}
