using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>What generated stages check before any kernel runs: kernels do not check bounds.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StageGuard
{
    /// <summary>Whether every token is known, and neither none nor more of them than the stage has room for.</summary>
    /// <exception cref="ArgumentException">There are no tokens, or too many.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The tokens do not fit behind those taken already.</exception>
    public static void Tokens(ReadOnlySpan<int> tokens, int position, int vocabulary, int length, string stage)
    {
        if (tokens.Length == 0)
            throw new ArgumentException($"Stage '{stage}' was given no tokens; expected 1 to {length}.", nameof(tokens));
        if (tokens.Length > length)
            throw new ArgumentException($"Stage '{stage}' was given {tokens.Length} tokens; expected at most {length}.", nameof(tokens));
        if (tokens.Length > length - position)
            throw new InvalidOperationException($"Stage '{stage}' has taken {position} of at most {length} tokens; {tokens.Length} more do not fit. Call Reset to begin anew.");
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary)
                throw new ArgumentOutOfRangeException(nameof(tokens), tokens[i], $"Token {i} of {tokens.Length} given to stage '{stage}' is {tokens[i]}; expected 0 to {vocabulary - 1}.");
        }
    }

    /// <summary>Whether the caller's memory holds the result.</summary>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public static void Destination(int floats, int rows, int width, string stage, string parameter)
    {
        if (floats < (long)rows * width)
            throw new ArgumentException($"Stage '{stage}' gives {rows} rows of {width} floats, {(long)rows * width} in all; the memory for them holds {floats}.", parameter);
    }

    /// <summary>Whether the stage attended to has run.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public static void Source(int rows, string stage, string source)
    {
        if (rows == 0)
            throw new InvalidOperationException($"Stage '{stage}' attends to stage '{source}', which has no rows yet; call {source}.Forward first.");
    }
}
