using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(AttendMemory attend, Inputs inputs)
    {
        T[] keys = Parameter(attend.Keys), values = Parameter(attend.Values);
        T[]? keyBias = attend.KeyBias is int added ? Parameter(added) : null, valueBias = attend.ValueBias is int more ? Parameter(more) : null;
        T[][] result = [.. inputs[attend.Input].Select(row => new T[row.Length])];
        var seen = new T[attend.Heads][][];
        for (int head = 0; head < attend.Heads; head++)
        {
            int start = head * attend.HeadWidth;
            T[][] weights = seen[head] = DoublyNormed([.. inputs[attend.Input].Select(row => Each(attend.Memory, unit =>
                Sum(attend.HeadWidth, i => row[start + i] * keys[(unit * attend.HeadWidth) + i]) + (keyBias is null ? T.Zero : keyBias[unit])))]);
            for (int row = 0; row < result.Length; row++)
            {
                for (int i = 0; i < attend.HeadWidth; i++)
                    result[row][start + i] = Sum(attend.Memory, unit => weights[row][unit] * values[(i * attend.Memory) + unit]) + (valueBias is null ? T.Zero : valueBias[i]);
            }
        }

        _see?.Invoke(attend, seen);
        return result;
    }

    private static T Sum(int count, Func<int, T> term)
    {
        T sum = T.Zero;
        for (int i = 0; i < count; i++)
            sum += term(i);
        return sum;
    }
}
