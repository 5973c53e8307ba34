using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Tests.Runtime.Fuzzing;

/// <summary>Ways to damage files: their bytes, or the tokens of a text of JSON.</summary>
internal static partial class Mutations
{
    private static readonly string[] s_numbers =
    [
        "0", "1", "-1", "2", "3", "4", "7", "8", "16", "255", "2147483591", "2147483647", "2147483648", "4294967296", "536870912", "1073741824",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e3", "1e999", "0.5", "-0", "01", "144115188075855871", "NaN",
    ];

    private static readonly string[] s_strings =
    [
        "\"\"", "\"F32\"", "\"F16\"", "\"BF16\"", "\"F4\"", "\"F64\"", "\"Q\"", "\"\\ud800\"", "\"\\u0000\"", "\"\xff\xfe\"", "\"\xc3\"", "\"a\"", "\"__metadata__\"", "\"dtype\"",
        "\"shape\"", "\"data_offsets\"", "null", "true", "{}", "[]", "\"" + new string('x', 300) + "\"", "\"unended",
    ];

    /// <summary>A few bytes changed, removed or doubled, or the end cut off or drawn out.</summary>
    public static byte[] Bytes(Random random, byte[] file)
    {
        List<byte> bytes = [.. file];
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count + 1), count = Math.Min(1 + random.Next(16), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, count);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.AddRange(new byte[random.Next(64)]);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A few tokens changed, removed, doubled or moved, or nested far too deep.</summary>
    public static byte[] Json(Random random, byte[] json)
    {
        List<string> tokens = [.. Tokens().Matches(Encoding.Latin1.GetString(json)).Select(match => match.Value)];
        for (int edits = random.Next(1, 4); edits > 0 && tokens.Count > 0; edits--)
        {
            int at = random.Next(tokens.Count), other = random.Next(tokens.Count);
            switch (random.Next(8))
            {
                case 0 or 1:
                    // Of the same kind, so that what is around it stays JSON.
                    int number = tokens.FindIndex(at, token => char.IsAsciiDigit(token[0]));
                    tokens[Math.Max(number, 0)] = s_numbers[random.Next(s_numbers.Length)];
                    break;
                case 2:
                    int text = tokens.FindIndex(at, token => token[0] == '"');
                    tokens[Math.Max(text, 0)] = s_strings[random.Next(s_strings.Length)];
                    break;
                case 3:
                    tokens[at] = tokens[other];
                    break;
                case 4:
                    tokens.RemoveAt(at);
                    break;
                case 5:
                    (int from, int to) = Value(tokens, at);
                    tokens.InsertRange(from, [.. tokens[from..to], ","]);
                    break;
                case 6:
                    string open = random.Next(2) == 0 ? "[" : "{\"a\":";
                    tokens[at] = string.Concat(Enumerable.Repeat(open, 1 << random.Next(13)));
                    break;
                default:
                    tokens.Insert(at, random.Next(3) switch { 0 => "\0", 1 => new string(' ', random.Next(100)), _ => new string('9', 1 << random.Next(12)) });
                    break;
            }
        }

        return Encoding.Latin1.GetBytes(string.Concat(tokens));
    }

    /// <summary>The tokens of a member, key and all, or of a value, that begins at a token.</summary>
    private static (int From, int To) Value(List<string> tokens, int at)
    {
        int depth = 0, to = at;
        while (to < tokens.Count)
        {
            string token = tokens[to];
            if (depth == 0 && token is "," or "}" or "]" && to > at && depth == 0)
                break;
            depth += token is "{" or "[" ? 1 : token is "}" or "]" ? -1 : 0;
            to++;
            if (depth < 0)
                break;
        }

        return (at, to);
    }

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|-?[0-9][0-9.eE+-]*|[a-z]+|\s+|.
        """, RegexOptions.Singleline)]
    private static partial Regex Tokens();
}
