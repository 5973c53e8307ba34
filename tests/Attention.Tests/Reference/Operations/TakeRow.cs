using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(TakeRow take, Inputs inputs)
    {
        T[][] rows = inputs[take.Input];
        int[] tokens = inputs.Given.Tokens;
        int token = take.Token ?? tokens.Max();
        return [rows[rows.Length - tokens.Length + Math.Max(0, Array.IndexOf(tokens, token))]];
    }
}
