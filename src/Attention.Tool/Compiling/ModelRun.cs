using System.Reflection;
using Attention.Dsl;

namespace Attention.Tool.Compiling;

/// <summary>What a stage made.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Width">Channels of a row.</param>
/// <param name="Values">The rows, one after the other.</param>
/// <param name="Generated">The tokens that a decoder went on with; null of others.</param>
internal sealed record StageOutput(string Stage, int Width, float[] Values, int[]? Generated = null)
{
    public IEnumerable<float[]> Rows => Values.Chunk(Width);
}

/// <summary>Runs the stages of a model one after the other.</summary>
/// <param name="Tokens">What stages of tokens are given.</param>
/// <param name="Values">What stages of floats, such as images, are given, each its own; the last is for all further ones. Empty for none.</param>
/// <param name="Generate">How many tokens decoders go on with.</param>
/// <param name="Begin">The token with which a decoder that reads another stage begins; null where nobody says.</param>
/// <param name="End">The token behind which decoders stop; null for none.</param>
internal sealed record ModelRun(int[] Tokens, float[][] Values, int Generate, int? Begin, int? End)
{
    private delegate Rows OfValues(ReadOnlySpan<float> values);

    private delegate ReadOnlySpan<float> VectorOfValues(ReadOnlySpan<float> values);

    private delegate Rows OfNothing();

    private delegate ReadOnlySpan<float> VectorOfNothing();

    /// <exception cref="ToolException">A stage needs what it is not given.</exception>
    public IReadOnlyList<StageOutput> Of(LoadedModel model)
    {
        var outputs = new List<StageOutput>();
        int given = 0;
        try
        {
            foreach ((string name, object stage) in model.Stages)
            {
                if (OutputOf(name, stage, outputs.Count > 0, ref given) is StageOutput output)
                    outputs.Add(output);
            }
        }
        catch (ArgumentException e)
        {
            throw new ToolException(e.Message, e);
        }

        return outputs.Count > 0 ? outputs : throw new ToolException("expected what the model can take, found nothing of it; --tokens gives ids of tokens, --values an image or rows.");
    }

    private StageOutput? OutputOf(string name, object stage, bool isBehindOther, ref int given)
    {
        switch (stage)
        {
            case IDecoder decoder:
                return OfDecoder(name, decoder, isBehindOther ? [Begin ?? throw new ToolException($"stage {name}: expected the token it begins with, which config.json does not say; give it by --begin.")] : Tokens);
            case IVectorEncoder encoder when Tokens.Length > 0:
                return new StageOutput(name, encoder.Width, encoder.Forward(Tokens).ToArray());
            case IEncoder encoder when Tokens.Length > 0:
                return new StageOutput(name, encoder.Width, encoder.Forward(Tokens).ToArray());
            case IEncoder or IVectorEncoder:
                return null;
        }

        if (Method<OfNothing>(stage) is { } rows)
            return Named(rows());
        if (Method<VectorOfNothing>(stage) is { } vector)
            return Vector(vector());
        if (Values.Length == 0)
            return null;
        float[] values = Values[Math.Min(given++, Values.Length - 1)];
        if (Method<OfValues>(stage) is { } rowsOfValues)
            return Named(rowsOfValues(values));
        return Method<VectorOfValues>(stage) is { } vectorOfValues ? Vector(vectorOfValues(values)) : throw new ToolException($"stage {name}: expected one that takes tokens or floats, found one that takes more; write a program for it.");

        StageOutput Named(Rows made) => new(name, made.Width, made.ToArray());
        StageOutput Vector(ReadOnlySpan<float> made) => new(name, made.Length, made.ToArray());
    }

    private StageOutput? OfDecoder(string name, IDecoder decoder, int[] prompt)
    {
        if (prompt.Length == 0)
            return null;
        decoder.Reset();
        float[] row = decoder.Step(prompt).ToArray();
        var generated = new List<int>();
        while (generated.Count < Generate)
        {
            int token = Array.IndexOf(row, row.Max());
            generated.Add(token);
            if (token == End || generated.Count == Generate || decoder.Position == decoder.Length)
                break;
            row = decoder.Step([token]).ToArray();
        }

        return new StageOutput(name, decoder.Width, row, Generate > 0 ? [.. generated] : null);
    }

    private static T? Method<T>(object stage)
        where T : Delegate
    {
        MethodInfo shape = typeof(T).GetMethod("Invoke")!;
        MethodInfo? method = stage.GetType().GetMethod("Forward", [.. shape.GetParameters().Select(parameter => parameter.ParameterType)]);
        return method?.ReturnType == shape.ReturnType ? method.CreateDelegate<T>(stage) : null;
    }
}
