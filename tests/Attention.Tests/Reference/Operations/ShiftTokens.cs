using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(ShiftTokens shift, Inputs inputs)
    {
        T[][] rows = inputs[shift.Input];
        T At(int row, int channel, bool isThere) => isThere ? rows[row][channel] : T.Zero;
        return [.. rows.Select((row, position) => Each(row.Length, channel =>
        {
            if (shift.Side == 0 || position < shift.Text)
                return 2 * channel < row.Length ? At(position - 1, channel, position > 0) : row[channel];
            (int line, int column) = Math.DivRem(position - shift.Text, shift.Side);
            int quarter = (int)Math.Ceiling(row.Length / 4.0);
            return channel < quarter ? At(position - shift.Side, channel, line > 0)
                : channel < 2 * quarter ? At(position - 1, channel, column > 0)
                : row[channel];
        }))];
    }
}
