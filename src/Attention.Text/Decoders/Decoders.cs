using System.Text;

namespace Attention.Text;

/// <summary>Joins pieces that continue a word, and sets other tokens apart by a space.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    private static readonly (string Spaced, string Clean)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            if (i > 0) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
            if (cleanup)
            {
                foreach ((string spaced, string clean) in Cleanups) token = token.Replace(spaced, clean, StringComparison.Ordinal);
            }
            tokens[i] = token;
        }
    }
}

/// <summary>Reads each sign as the byte it stands for, and the bytes as UTF-8; a token with another sign stands for its own UTF-8.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public static readonly ByteLevelDecoder Instance = new();

    public void Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            int before = bytes.Count;
            foreach (char sign in token)
            {
                int value = ByteLevel.ByteOf(sign);
                if (value < 0)
                {
                    bytes.RemoveRange(before, bytes.Count - before);
                    bytes.AddRange(Encoding.UTF8.GetBytes(token));
                    break;
                }
                bytes.Add((byte)value);
            }
        }
        tokens.Clear();
        tokens.Add(Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)));
    }
}

/// <summary>Reads a mark as a space; where texts are given one before their first word, that one is dropped.</summary>
internal sealed class MetaspaceDecoder(char mark, bool dropsFirst) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            string first = i == 0 && dropsFirst ? "" : " ";
            tokens[i] = tokens[i].Replace(mark.ToString(), first, StringComparison.Ordinal);
        }
    }
}

/// <summary>Reads the mark of a word's end as a space, but for the last.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        if (suffix.Length == 0) return;
        for (int i = 0; i < tokens.Count; i++) tokens[i] = tokens[i].Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal);
    }
}

/// <summary>Reads runs of tokens as <c>&lt;0x41&gt;</c> as UTF-8; each byte of a run that is no UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    public static readonly ByteFallbackDecoder Instance = new();
    private static readonly UTF8Encoding Strict = new(false, true);

    public void Decode(List<string> tokens)
    {
        var decoded = new List<string>();
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            if (TryReadByte(token, out byte value))
            {
                bytes.Add(value);
                continue;
            }
            Flush();
            decoded.Add(token);
        }
        Flush();
        tokens.Clear();
        tokens.AddRange(decoded);

        void Flush()
        {
            if (bytes.Count == 0) return;
            try
            {
                decoded.Add(Strict.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)));
            }
            catch (DecoderFallbackException)
            {
                for (int i = 0; i < bytes.Count; i++) decoded.Add("\uFFFD");
            }
            bytes.Clear();
        }
    }

    private static bool TryReadByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }
}

/// <summary>Joins all.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public static readonly FuseDecoder Instance = new();

    public void Decode(List<string> tokens)
    {
        string all = string.Concat(tokens);
        tokens.Clear();
        tokens.Add(all);
    }
}

/// <summary>Drops up to so many of a sign at each token's ends.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            int first = 0, end = token.Length;
            while (first < start && first < end && token[first] == content) first++;
            while (token.Length - end < stop && end > first && token[end - 1] == content) end--;
            tokens[i] = token[first..end];
        }
    }
}

/// <summary>Replaces a string in each token.</summary>
internal sealed class ReplaceDecoder(string pattern, string content) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++) tokens[i] = tokens[i].Replace(pattern, content, StringComparison.Ordinal);
    }
}

/// <summary>One after the other.</summary>
internal sealed class SequenceDecoder(params IDecoder[] decoders) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        foreach (IDecoder decoder in decoders) decoder.Decode(tokens);
    }
}
