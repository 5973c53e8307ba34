using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>Keys, row by row, to the cache's panels <c>[head][key / 32][channel][32]</c>, from key <c>position</c> on.</summary>
internal sealed record PackKeys(RowCount Count, Rows From, int Keys, KeyPlace Place, int Heads, int HeadWidth, int HeadFloats) : Step, ICall
{
    public override int? Own => Place == KeyPlace.Own ? Keys : null;

    public override int? Source => Place == KeyPlace.Source ? Keys : null;

    public override Step Move(Places by) => this with { Keys = Keys + by.Of(Place) };

    public string Story => $"keys of {Heads} heads to panels";

    public void Write(StageCode code) => code.Line(code.IsOfBeams && Place == KeyPlace.Own
        ? $"KeyPanels.PackBeams(position, rows, {code.Page()}, {code.At(From)}, {From.Stride}, {code.Kept(Place, Keys)}, {Heads}, {HeadWidth}, {HeadFloats});"
        : $"KeyPanels.Pack({code.Position}, {code.RowsOf(Count)}, {code.At(From)}, {From.Stride}, {code.Kept(Place, Keys)}, {Heads}, {HeadWidth}, {HeadFloats});");
}

/// <summary>Values, row by row, to the cache, from key <c>position</c> on.</summary>
internal sealed record KeepValues(RowCount Count, Rows From, Rows Destination, KeyPlace Place, int Width) : Step, ICall
{
    public override int? Own => Place == KeyPlace.Own ? Destination.Offset : null;

    public override int? Source => Place == KeyPlace.Source ? Destination.Offset : null;

    public override Step Move(Places by) => this with { Destination = Destination with { Offset = Destination.Offset + by.Of(Place) } };

    public string Story => "values to the cache";

    public void Write(StageCode code)
    {
        string values = code.Kept(Place, Destination.Offset);
        string shifted = code.Position == "0" ? values : $"ref Unsafe.Add({values}, {code.Position} * (nint){Destination.Stride})";
        code.Line(code.IsOfBeams && Place == KeyPlace.Own
            ? $"RowCopy.CopyBeams(rows, {code.Page()}, {Width}, {code.At(From)}, {From.Stride}, {shifted});"
            : $"RowCopy.Copy({code.RowsOf(Count)}, {Width}, {code.At(From)}, {From.Stride}, {shifted}, {Destination.Stride});");
    }
}
