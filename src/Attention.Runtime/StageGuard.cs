using System.ComponentModel;
using Attention.Dsl;

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
        Vocabulary(tokens, vocabulary, stage);
    }

    /// <summary>Whether every token is known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not in the vocabulary.</exception>
    public static void Vocabulary(ReadOnlySpan<int> tokens, int vocabulary, string stage)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary)
                throw new ArgumentOutOfRangeException(nameof(tokens), tokens[i], $"Token {i} of {tokens.Length} given to stage '{stage}' is {tokens[i]}; expected 0 to {vocabulary - 1}.");
        }
    }

    /// <summary>Whether every token is of the kind that stands in its place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is of another kind.</exception>
    public static void Kinds(ReadOnlySpan<int> tokens, int position, int apart, ReadOnlySpan<int> kinds, string stage)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            (int first, int count) = TokenKinds.At(kinds, position + (i * apart));
            if (tokens[i] < first || tokens[i] >= first + count)
                throw new ArgumentOutOfRangeException(nameof(tokens), tokens[i], $"Token {i} of {tokens.Length} given to stage '{stage}' is {tokens[i]}; expected {first} to {first + count - 1}, the tokens that stand at position {position + (i * apart)}.");
        }
    }

    /// <summary>The same for several sequences, one behind the other.</summary>
    /// <inheritdoc cref="Kinds(ReadOnlySpan{int}, int, int, ReadOnlySpan{int}, string)"/>
    public static void Kinds(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<int> kinds, string stage)
    {
        foreach (int length in lengths)
        {
            int taken = Math.Clamp(length, 0, tokens.Length); // lengths that do not add up are told by Batch
            Kinds(tokens[..taken], 0, 1, kinds, stage);
            tokens = tokens[taken..];
        }
    }

    /// <summary>Whether the lengths of a batch's sequences add up to what is given, and each has room.</summary>
    /// <exception cref="ArgumentException">There are none, one is empty or too long, or they do not add up.</exception>
    /// <exception cref="InvalidOperationException">The session was not created for so many rows.</exception>
    public static void Batch(ReadOnlySpan<int> lengths, int given, int prepended, int length, int room, string stage)
    {
        if (lengths.Length == 0)
            throw new ArgumentException($"Stage '{stage}' was given a batch of no sequences; expected at least one.", nameof(lengths));
        long sum = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > length)
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[i], $"Sequence {i} of {lengths.Length} given to stage '{stage}' has {lengths[i]} rows; expected 1 to {length}.");
            sum += lengths[i];
        }

        if (sum != given)
            throw new ArgumentException($"The {lengths.Length} lengths given to stage '{stage}' add up to {sum}, but it was given {given} rows.", nameof(lengths));
        long rows = sum + ((long)prepended * lengths.Length);
        if (rows > room)
            throw new InvalidOperationException($"Stage '{stage}' was given a batch of {rows} rows{(prepended > 0 ? ", class tokens among them" : "")}; the session has room for {room}. Create it with SessionSettings.BatchTokens.");
    }

    /// <summary>Whether values are whole rows.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void WholeRows(int floats, int width, string stage)
    {
        if (floats % width != 0)
            throw new ArgumentException($"Stage '{stage}' was given {floats} values; expected whole rows of {width}.", "features");
    }

    /// <summary>Whether images are whole, and as many as there is room for.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">They are not.</exception>
    /// <exception cref="InvalidOperationException">The session was not created for so many rows.</exception>
    public static int Images(int floats, int image, int rows, int room, string stage)
    {
        if (floats == 0 || floats % image != 0)
            throw new ArgumentException($"Stage '{stage}' was given {floats} values; expected whole images of {image}.", "images");
        int count = floats / image;
        if ((long)count * rows > room)
            throw new InvalidOperationException($"Stage '{stage}' was given a batch of {count} images, {(long)count * rows} rows; the session has room for {room}. Create it with SessionSettings.BatchTokens.");
        return count;
    }

    /// <summary>Whether the caller's memory holds the result.</summary>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public static void Destination(int floats, int rows, int width, string stage, string parameter)
    {
        if (floats < (long)rows * width)
            throw new ArgumentException($"Stage '{stage}' gives {rows} rows of {width} floats, {(long)rows * width} in all; the memory for them holds {floats}.", parameter);
    }

    /// <summary>Whether every row that is named is there, and no more of them than the stage has room for.</summary>
    /// <returns>How many there are: all of the sequence where none is named.</returns>
    /// <exception cref="ArgumentException">There are too many.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public static int Picked(ReadOnlySpan<int> rows, int count, int length, string stage)
    {
        if (rows.Length > length)
            throw new ArgumentException($"Stage '{stage}' was asked for {rows.Length} rows; expected at most {length}.", nameof(rows));
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)count)
                throw new ArgumentOutOfRangeException(nameof(rows), rows[i], $"Row {i} of {rows.Length} asked of stage '{stage}' is {rows[i]}; expected 0 to {count - 1}, as it was given {count} tokens.");
        }

        return rows.IsEmpty ? count : rows.Length;
    }

    /// <summary>Whether the stage that is read has run.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public static void Source(int rows, string stage, string source)
    {
        if (rows == 0)
            throw new InvalidOperationException(stage == source ? $"Stage '{stage}' has no rows yet to exchange; call {source}.Forward first." : $"Stage '{stage}' reads stage '{source}', which has no rows yet; call {source}.Forward first.");
    }

    /// <summary>Whether there is a type for each token, or none at all, and each is known.</summary>
    /// <exception cref="ArgumentException">There are types, but not one for each token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static void Types(ReadOnlySpan<int> types, int tokens, int count, string stage)
    {
        if (types.Length > 0 && types.Length != tokens)
            throw new ArgumentException($"Stage '{stage}' was given {types.Length} token types for {tokens} tokens; expected one for each, or none.", nameof(types));
        for (int i = 0; i < types.Length; i++)
        {
            if ((uint)types[i] >= (uint)count)
                throw new ArgumentOutOfRangeException(nameof(types), types[i], $"Token type {i} of {types.Length} given to stage '{stage}' is {types[i]}; expected 0 to {count - 1}.");
        }
    }

    /// <summary>Whether there is a label for each row, none negative, and none smaller than that of the row before.</summary>
    /// <exception cref="ArgumentException">There is not one for each row, or they fall.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is negative, or too large.</exception>
    public static void Labels(ReadOnlySpan<int> labels, int rows, string stage) => Labels(labels, rows, [rows], stage);

    /// <summary>The same for several sequences, one behind the other.</summary>
    /// <inheritdoc cref="Labels(ReadOnlySpan{int}, int, string)"/>
    public static void Labels(ReadOnlySpan<int> labels, int rows, ReadOnlySpan<int> lengths, string stage)
    {
        const int most = 1 << 24; // which floats hold
        if (labels.Length != rows)
            throw new ArgumentException($"Stage '{stage}' was given {labels.Length} labels for {rows} rows; expected one for each.", nameof(labels));
        for (int i = 0, sequence = 0, left = lengths.IsEmpty ? 0 : lengths[0]; i < labels.Length; i++, left--)
        {
            bool isFirst = i == 0;
            for (; left <= 0 && sequence + 1 < lengths.Length; isFirst = true)
                left = lengths[++sequence];
            if ((uint)labels[i] > most)
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"Label {i} of {labels.Length} given to stage '{stage}' is {labels[i]}; expected 0 to {most}.");
            if (!isFirst && labels[i] < labels[i - 1])
                throw new ArgumentException($"Label {i} of {labels.Length} given to stage '{stage}' is {labels[i]}, behind {labels[i - 1]}; expected labels that never fall from row to row.", nameof(labels));
        }
    }

    /// <summary>Whether an image has as many values as it must.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void Image(int floats, int size, int channels, bool channelsLast, string stage)
    {
        long expected = (long)channels * size * size;
        if (floats != expected)
            throw new ArgumentException($"Stage '{stage}' was given an image of {floats} values; expected {expected}, {(channelsLast ? $"{size} rows × {size} columns × {channels}" : $"{channels} × {size} rows × {size} columns")}.", "image");
    }

    /// <summary>Whether values are whole rows, and neither none nor more than the stage has room for.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Features(int floats, int width, int length, string stage)
    {
        if (floats == 0 || floats % width != 0)
            throw new ArgumentException($"Stage '{stage}' was given {floats} values; expected 1 to {length} rows of {width}.", "features");
        if (floats / width > length)
            throw new ArgumentException($"Stage '{stage}' was given {floats / width} rows of {width}; expected at most {length}.", "features");
    }

    /// <summary>Whether beams continue beams that there are, each by a token that is known.</summary>
    /// <exception cref="ArgumentException">There are none, too many, or not a token for each.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such beam or token.</exception>
    public static void Beams(ReadOnlySpan<int> parents, ReadOnlySpan<int> tokens, int live, int beams, int vocabulary, string stage)
    {
        if (tokens.Length == 0 || tokens.Length > beams)
            throw new ArgumentException($"Stage '{stage}' was given {tokens.Length} beams; expected 1 to {beams}, as many as the session was created for.", nameof(tokens));
        if (parents.Length != tokens.Length)
            throw new ArgumentException($"Stage '{stage}' was given {parents.Length} parents for {tokens.Length} beams; expected one for each.", nameof(parents));
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)parents[i] >= (uint)live)
                throw new ArgumentOutOfRangeException(nameof(parents), parents[i], $"Beam {i} of {tokens.Length} given to stage '{stage}' continues beam {parents[i]}; expected 0 to {live - 1}.");
            if ((uint)tokens[i] >= (uint)vocabulary)
                throw new ArgumentOutOfRangeException(nameof(tokens), tokens[i], $"Token {i} of {tokens.Length} given to stage '{stage}' is {tokens[i]}; expected 0 to {vocabulary - 1}.");
        }
    }

    /// <summary>Whether there is room for the sequences, and a token for each that is known.</summary>
    /// <exception cref="ArgumentException">There are none, or not a token for each.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The session was not created for so many.</exception>
    public static void Sequences(int sequences, ReadOnlySpan<int> tokens, int room, int vocabulary, string stage)
    {
        if (sequences == 0)
            throw new ArgumentException($"Stage '{stage}' was given no sequences; expected at least one.", nameof(sequences));
        if (sequences > room)
            throw new InvalidOperationException($"Stage '{stage}' was given {sequences} sequences; the session has room for {room}. Create it with SessionSettings.Sequences.");
        if (tokens.Length != sequences)
            throw new ArgumentException($"Stage '{stage}' was given {tokens.Length} tokens for {sequences} sequences; expected one for each.", nameof(tokens));
        Vocabulary(tokens, vocabulary, stage);
    }

    /// <summary>A sequence, which is to be a stage of a type.</summary>
    /// <exception cref="ArgumentException">It is missing, or another stage.</exception>
    public static T Sequence<T>(ReadOnlySpan<IBatchDecoder> sequences, int index, string stage)
        where T : class, IBatchDecoder => sequences[index] as T
            ?? throw new ArgumentException($"Sequence {index} of {sequences.Length} given to stage '{stage}' is {sequences[index]?.GetType().ToString() ?? "missing"}; expected {typeof(T)}.", nameof(sequences));

    /// <summary>Whether a step of several sequences may take one that keeps attention weights.</summary>
    /// <exception cref="InvalidOperationException">It may not.</exception>
    public static void NotCaptured(bool captures, string stage)
    {
        if (captures)
            throw new InvalidOperationException($"StepBatch does not keep the attention weights of stage '{stage}'; call Step, or create the session without SessionSettings.CaptureAttention.");
    }

    /// <summary>Whether there is room for one token more.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static void Room(int position, int length, string stage)
    {
        if (position >= length)
            throw new InvalidOperationException($"Stage '{stage}' has taken {position} of at most {length} tokens; 1 more does not fit. Call Reset to begin anew.");
    }

    /// <summary>Whether a single beam is under way.</summary>
    /// <exception cref="InvalidOperationException">Beams have been stepped.</exception>
    public static void SingleBeam(bool hasForked, string stage)
    {
        if (hasForked)
            throw new InvalidOperationException($"Stage '{stage}' has been stepped by StepBeams, which alone can go on; call Reset to begin anew.");
    }

    /// <summary>Whether attention weights were kept.</summary>
    /// <exception cref="InvalidOperationException">They were not.</exception>
    public static void Captured(bool captures, bool hasForked, string stage)
    {
        if (!captures)
            throw new InvalidOperationException($"The attention weights of stage '{stage}' are not kept; create the session with SessionSettings.CaptureAttention.");
        if (hasForked)
            throw new InvalidOperationException($"StepBeams does not keep the attention weights of stage '{stage}'; run Forward or Step over the sequence whose weights you want.");
    }
}
