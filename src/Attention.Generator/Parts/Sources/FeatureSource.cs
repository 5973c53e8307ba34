using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Parts;

/// <summary>Rows of the caller's.</summary>
/// <param name="Width">Channels of a row.</param>
internal sealed record FeatureSource(int Length, int Width) : CallSource(Length)
{
    public override IReadOnlyList<CallArgument> Given => [new("float", "features", "The rows."), .. LabelsGiven];

    public override IReadOnlyList<CallArgument> GivenInBatch => [new("float", "features", "All rows, sequence after sequence, without padding."), .. LabelsGiven];

    public override string RowsMade(Func<int, string> rowsOf) => $"features.Length / {Number(Width)}";

    public override string Story => $"1 to {Number(Length)} rows of {Number(Width)}";

    public override string KernelStory(bool fromStart) => $"count × {Number(Width)} features";

    public override string Taken => $"1 to {Number(Length)} rows in, count × {Number(Width)}";

    public override string Wrong => "There are no rows, too many, or values that are no whole row.";

    public override void Check(SurfaceCode code)
    {
        code.Guard("Features", $"features.Length, width: {Number(Width)}, length: {Number(Length)}");
        CheckLabels(code);
    }

    public override void CheckBatch(SurfaceCode code)
    {
        code.Guard("WholeRows", $"features.Length, width: {Number(Width)}");
        CheckLabels(code, ", lengths");
    }
}
