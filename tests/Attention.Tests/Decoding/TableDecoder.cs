using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Decoding;

/// <summary>A decoder whose logits are a function of the tokens taken, and which is not to be used wrongly.</summary>
internal sealed class TableDecoder(int vocabulary, int length, int beams, Func<int[], float[]> logits, int sequences = 0) : IBeamDecoder, IBatchDecoder
{
    private int[][] _beams = [[]];
    private bool _forked;

    public int Vocabulary => vocabulary;

    public int Length => length;

    public int Width => vocabulary;

    public int Beams => beams;

    public int Sequences => sequences;

    public int Position => _beams[0].Length;

    /// <summary>How many sequences each step of several had.</summary>
    public List<int> Together { get; } = [];

    /// <summary>How often it was stepped, one beam or many at a time.</summary>
    public int Steps { get; private set; }

    /// <summary>A decoder of random logits, the same for the same seed and tokens.</summary>
    /// <param name="vocabulary">How many tokens.</param>
    /// <param name="length">How many positions.</param>
    /// <param name="seed">Tells decoders apart.</param>
    /// <param name="beams">The most beams.</param>
    /// <param name="step">Logits are multiples of it, so that some are equal; 0 for any.</param>
    public static TableDecoder Random(int vocabulary, int length, int seed, int beams = 1, float step = 0, int sequences = 0) => new(vocabulary, length, beams, tokens =>
    {
        int state = tokens.Aggregate(seed + 17, (sum, token) => unchecked((sum * 486187739) + token + 1));
        var random = new Random(state);
        return [.. Enumerable.Range(0, vocabulary).Select(_ => step == 0 ? (random.NextSingle() * 6) - 3 : step * random.Next(-4, 5))];
    }, sequences);

    /// <summary>The logits of the next token.</summary>
    public float[] Logits(params int[] tokens) => logits(tokens);

    public ReadOnlySpan<float> Step(ReadOnlySpan<int> tokens)
    {
        Assert.False(_forked, "Step behind StepBeams");
        Assert.InRange(tokens.Length, 1, length - Position);
        _beams = [[.. _beams[0], .. tokens]];
        Steps++;
        return logits(Known(_beams[0]));
    }

    public Rows StepBeams(ReadOnlySpan<int> parents, ReadOnlySpan<int> tokens)
    {
        Assert.InRange(tokens.Length, 1, beams);
        Assert.Equal(tokens.Length, parents.Length);
        Assert.True(Position < length, "no room");
        var next = new int[tokens.Length][];
        for (int i = 0; i < next.Length; i++)
        {
            Assert.InRange(parents[i], 0, _beams.Length - 1);
            next[i] = Known([.. _beams[parents[i]], tokens[i]]);
        }

        (_beams, _forked) = (next, true);
        Steps++;
        return new Rows(next.SelectMany(logits).ToArray(), next.Length, vocabulary, vocabulary);
    }

    public Rows StepBatch(ReadOnlySpan<IBatchDecoder> sequences, ReadOnlySpan<int> tokens)
    {
        Assert.InRange(tokens.Length, 1, Sequences);
        Assert.Equal(tokens.Length, sequences.ToArray().Distinct().Count());
        Together.Add(tokens.Length);
        var rows = new List<float>();
        for (int i = 0; i < tokens.Length; i++)
            rows.AddRange(sequences[i].Step([tokens[i]]));
        return new Rows(rows.ToArray(), tokens.Length, vocabulary, vocabulary);
    }

    public void Reset() => (_beams, _forked) = ([[]], false);

    private int[] Known(int[] tokens)
    {
        Assert.All(tokens, token => Assert.InRange(token, 0, vocabulary - 1));
        return tokens;
    }
}
