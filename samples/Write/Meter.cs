using System.Diagnostics;
using Attention.Dsl;

namespace Write;

/// <summary>A decoder that counts what it is asked for, and how long that takes: first the prompt, then a step for each further token.</summary>
internal sealed class Meter(IDecoder decoder) : IDecoder
{
    private long _ticks;

    public int Vocabulary => decoder.Vocabulary;

    public int Length => decoder.Length;

    public int Width => decoder.Width;

    public int Position => decoder.Position;

    /// <summary>The prompt's tokens, with the one that begins a text.</summary>
    public int PromptTokens { get; private set; }

    /// <summary>How many steps followed it.</summary>
    public int Steps { get; private set; }

    /// <summary>How many steps a second there were; 0 for none.</summary>
    public double StepsPerSecond => _ticks == 0 ? 0 : Steps * (double)Stopwatch.Frequency / _ticks;

    public ReadOnlySpan<float> Step(ReadOnlySpan<int> tokens)
    {
        if (decoder.Position == 0)
        {
            (PromptTokens, Steps, _ticks) = (tokens.Length, 0, 0);
            return decoder.Step(tokens);
        }

        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<float> logits = decoder.Step(tokens);
        _ticks += Stopwatch.GetTimestamp() - start;
        Steps++;
        return logits;
    }

    public void Reset() => decoder.Reset();
}
