using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Attention.Text;

/// <summary>Signs of <see cref="Metaspace"/> back to spaces; a sign in the first token is dropped where the scheme may have put it there.</summary>
internal sealed class MetaspaceDecoder(string replacement, PrependScheme scheme) : IDecoder
{
    public static MetaspaceDecoder Read(JsonPart part)
    {
        (string replacement, PrependScheme scheme) = Metaspace.ReadSign(part);
        return new(replacement, scheme);
    }

    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
            tokens[i] = tokens[i].Replace(replacement, i == 0 && scheme != PrependScheme.Never ? "" : " ", StringComparison.Ordinal);
    }
}

/// <summary>Runs of byte tokens, <c>&lt;0x0A&gt;</c>, to the text that they encode in UTF-8; a run that encodes none to one U+FFFD a byte.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void Decode(List<string> tokens)
    {
        List<byte> run = [];
        int kept = 0;
        for (int i = 0; i <= tokens.Count; i++)
        {
            int value = i < tokens.Count ? Value(tokens[i]) : -1;
            if (value >= 0)
            {
                run.Add((byte)value);
                continue;
            }
            if (run.Count > 0) tokens[kept++] = TextOf(run);
            run.Clear();
            if (i < tokens.Count) tokens[kept++] = tokens[i];
        }
        tokens.RemoveRange(kept, tokens.Count - kept);
    }

    /// <summary>The byte of a byte token; -1 if it is none. A plus sign may stand for the first digit.</summary>
    private static int Value(string token)
    {
        if (token.Length != 6 || !token.StartsWith("<0x", StringComparison.Ordinal) || token[5] != '>') return -1;
        ReadOnlySpan<char> digits = token[3] == '+' ? token.AsSpan(4, 1) : token.AsSpan(3, 2);
        return byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : -1;
    }

    private static string TextOf(List<byte> run)
    {
        ReadOnlySpan<byte> bytes = CollectionsMarshal.AsSpan(run);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? _strict.GetString(bytes) : new string('\uFFFD', bytes.Length);
    }
}

/// <summary>All tokens to one.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public void Decode(List<string> tokens)
    {
        string whole = string.Concat(tokens);
        tokens.Clear();
        tokens.Add(whole);
    }
}

/// <summary>Takes a character from the start and the end of each token, so many times at most.</summary>
internal sealed class StripDecoder(string content, int start, int stop) : IDecoder
{
    public static StripDecoder Read(JsonPart part)
    {
        part.Only("type", "content", "start", "stop");
        string content = part["content"].String();
        if (content.Length == 0 || Surrogates.CodePointAt(content, 0, out int units) < 0 || units != content.Length)
            throw part["content"].Error($"expected one character, found \"{content}\"");
        return new(content, Times(part["start"]), Times(part["stop"]));

        static int Times(JsonPart count) => count.Int() is var times and >= 0 ? times : throw count.Error("expected a number that is not negative");
    }

    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            ReadOnlySpan<char> rest = tokens[i];
            for (int times = 0; times < start && rest.StartsWith(content); times++) rest = rest[content.Length..];
            for (int times = 0; times < stop && rest.EndsWith(content); times++) rest = rest[..^content.Length];
            if (rest.Length < tokens[i].Length) tokens[i] = rest.ToString();
        }
    }
}
