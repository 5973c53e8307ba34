using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Per head attention to a trained memory that all heads share, its weights normalised over rows and units (<see cref="DoubleNorm"/>), heads
/// side by side: Guo et al. 2021, section 3.3.
/// </summary>
/// <param name="Keys">The memory's keys, units × channels of a head.</param>
/// <param name="KeyBias">What is added to the scores of a unit. The softmax over the rows takes it out again, so it is read, and no more.</param>
/// <param name="Values">The memory's values, channels of a head × units.</param>
/// <param name="ValueBias">What is added to the result.</param>
/// <param name="Capture">Whether a session may keep the weights.</param>
internal sealed record AttendMemory(int Result, Spot Spot, int Input, int Heads, int HeadWidth, int Memory, int Keys, int? KeyBias, int Values, int? ValueBias, bool Capture) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    /// <summary>A head is read as a whole before any of its result is written.</summary>
    public override int? LiesOn => Input;

    public override string Word => "context";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input] with { Width = Heads * HeadWidth };

    /// <summary>The distance of two rows of weights: behind the units one of weight 1, whose value is the bias, and room for the inverse of a sum.</summary>
    private int Stride => Padding.Stride(Padding.Up(Memory + 1, Measures.KeyPanel) + Measures.InverseSum);

    public override int ScratchFloats(StagePlanner plan) => checked(plan.Stage.Length * Stride);

    public override long FlopsPerRow(StagePlanner plan) => 4L * Heads * HeadWidth * Memory;

    public override void Keep(StagePlanner plan)
    {
        if (Capture)
            plan.Capture(Spot, Planning.Capture.External, Heads, isOfOne: false, Memory, null, isFixed: true);
    }

    public override void Plan(StagePlanner plan)
    {
        (RowPlace Rows, int HeadFloats)? captured = Capture ? plan.CaptureOf(Spot) : null;
        long keys = plan.Weights.Panels(Spot, Keys, KeyBias, Measures.KeyPanel), values = plan.Weights.Panels(Spot, Values, ValueBias, Padding.Up(HeadWidth, Measures.Group));
        plan.Add(new Call(plan.PlaceOf(Input), plan.PlaceOf(Result), Heads, HeadWidth, Memory, Stride, keys, values, captured?.Rows, captured?.HeadFloats ?? 0));
    }

    /// <param name="Kept">Where a session that captures keeps the weights; null where none may.</param>
    internal sealed record Call(RowPlace From, RowPlace Destination, int Heads, int HeadWidth, int Memory, int Stride, long Keys, long Values, RowPlace? Kept, int KeptHeadFloats) : Step, IRuns, ICall
    {
        public override long? Weights => Math.Min(Keys, Values);

        public override int? Captured => Kept?.Offset;

        public override Step Move(Places by) => this with
        {
            Keys = Keys + by.Weights,
            Values = Values + by.Weights,
            Kept = Kept is RowPlace kept ? kept with { Offset = kept.Offset + by.Captured } : null,
        };

        public string Story => $"attention to a memory of {StoryWriter.Count(Memory, "unit")}, {StoryWriter.Count(Heads, "head")} × {HeadWidth}{(Kept is null ? "" : ", weights kept on request")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan)
        {
            var plain = new Code(Heads, HeadWidth, Memory, Stride, From.Stride, Destination.Stride);
            return way switch
            {
                Way.Plain => plain,
                Way.Captured when Kept is RowPlace kept => plain with { Captured = new(kept.Stride, KeptHeadFloats) },
                _ => null,
            };
        }

        public void Write(StageCode code)
        {
            string kept = code.Way == Way.Captured && Kept is RowPlace rows ? ", " + code.Captured(rows.Offset) : "";
            code.Line($"{code.NameOf(this)}(work, {code.At(From)}, {code.Weight(Keys)}, {code.Weight(Values)}, {code.At(Destination)}{kept});");
        }
    }

    /// <summary>A head of a sequence at a time, since its weights are normalised over all of the sequence's rows.</summary>
    internal sealed record Code(int Heads, int HeadWidth, int Memory, int Stride, int SourceStride, int DestinationStride) : Kernel
    {
        /// <summary>Where the weights are kept; null where they are not.</summary>
        public AttendStrips.Kept? Captured { get; init; }

        public override bool IsShared => true;

        public override bool IsRare => Captured is not null;

        public override string Name => $"AttendMemory_{Heads}x{HeadWidth}_{Memory}{(Captured is null ? "" : "_Captured")}";

        public override IEnumerable<Kernel> Callees => [Scores, Norm, Context];

        private Dot.Code Scores => new(HeadWidth, SourceStride, Stride, WeightFormat.Float32);

        private DoubleNorm.Code Norm => new(Memory, Stride, Stride);

        private Context Context => new(HeadWidth, Stride, Padding.Up(HeadWidth, Measures.Group), DestinationStride);

        public override void Write(KernelCode code)
        {
            string height = Number(code.Isa.Height), row = $"row * (nint){Stride}";
            using (code.Shared(
                this, $"y[rows × {Heads * HeadWidth}] = norm(x·Kᵀ)·V + b, {StoryWriter.Count(Heads, "head")} of {HeadWidth}, K and V of {StoryWriter.Count(Memory, "unit")} the same for all{(Captured is null ? "" : "; the weights are kept")}.",
                $"ref float x, ref float k, ref float v, ref float y{(Captured is null ? "" : ", ref float kept")}",
                $"Run({code.NumberOf(this)}, {Heads} * work.Sequences, work.Longest, work.Longest, {Number(2L * HeadWidth * Memory)}, 0, 0, ref x, ref k, ref v, ref y, {(Captured is null ? "ref y" : "ref kept")}, isResident: true)"))
            using (code.Block("for (int unit = chunk.First; unit < chunk.End; unit++)"))
            {
                code.Line($"int head = unit % {Heads}, sequence = unit / {Heads}, rows = work.RowsOf(sequence);");
                code.Line($"ref float x = ref Unsafe.Add(ref work.X, (work.Start(sequence) * (nint){SourceStride}) + (head * {HeadWidth}));");
                code.Line($"ref float y = ref Unsafe.Add(ref work.Y, (work.Start(sequence) * (nint){DestinationStride}) + (head * {HeadWidth}));");
                code.Line("ref float scores = ref work.Scratch(chunk.Worker);");
                using (code.Block($"for (int row = 0; row < rows; row += {height})"))
                    code.Line($"{code.NameOf(Scores)}(Math.Min(rows - row, {height}), {Padding.Up(Memory, Measures.KeyPanel) / Measures.KeyPanel}, ref Unsafe.Add(ref x, row * (nint){SourceStride}), ref work.W, ref Unsafe.Add(ref scores, {row}));");
                code.Line($"{code.NameOf(Norm)}(rows, ref scores, ref scores);");
                if (Captured is { } captured)
                    code.Line($"RowCopy.Copy(rows, {Memory}, ref scores, {Stride}, ref Unsafe.Add(ref work.Z, head * (nint){captured.HeadFloats}), {captured.Stride});");
                using (code.Block("for (int row = 0; row < rows; row++)"))
                    code.Line($"Unsafe.Add(ref scores, ({row}) + {Memory}) = Unsafe.Add(ref scores, ({row}) + {Stride - Measures.InverseSum}) = 1f; // of the bias, and of what the context is multiplied by");
                using (code.Block($"for (int row = 0; row < rows; row += {height})"))
                    code.Line($"{code.NameOf(Context)}(Math.Min(rows - row, {height}), {Memory + 1}, ref Unsafe.Add(ref scores, {row}), ref work.V, ref Unsafe.Add(ref y, row * (nint){DestinationStride}));");
            }
        }
    }
}
