using System.Buffers;
using System.Text.Json;

namespace EmbeddingCluster;

/// <summary>A line of a corpus.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Text">The passage.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record CorpusLine(long Offset, string Text, string? Problem);

/// <summary>
/// A file of JSON lines, cut by bytes: a piece is the lines that begin in its bytes, wherever the last of them ends. So a piece is known by its number, nobody
/// has to read the corpus to cut it, and each line is in one piece.
/// </summary>
internal static class Corpus
{
    /// <summary>The longest line that is read, in bytes.</summary>
    public const int LongestLine = 1 << 24;

    /// <summary>The lines of a piece in their order; blank ones are left out.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not as long as it was.</exception>
    public static List<CorpusLine> Read(JobRequest request, int piece)
    {
        using FileStream file = new(request.Corpus, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        if (file.Length != request.CorpusBytes)
            throw new InvalidDataException($"{request.Corpus}: expected the {request.CorpusBytes} bytes that were submitted, found {file.Length}.");
        long start = (long)piece * request.PieceBytes, end = Math.Min(start + request.PieceBytes, request.CorpusBytes);
        var lines = new List<CorpusLine>();
        var line = new ArrayBufferWriter<byte>();
        file.Position = Math.Max(0, start - 1);
        if (start > 0) Skip(file);
        for (long at = file.Position; at < end; at = file.Position)
        {
            line.ResetWrittenCount();
            bool isWhole = ReadLine(file, line);
            ReadOnlyMemory<byte> bytes = line.WrittenMemory;
            if (at == 0 && bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            if (!isWhole) lines.Add(new(at, "", $"Expected a line of at most {LongestLine} bytes."));
            else if (!bytes.Span.Trim(" \t\r"u8).IsEmpty) lines.Add(Parse(at, bytes));
        }
        return lines;
    }

    private static CorpusLine Parse(long offset, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument line = JsonDocument.Parse(bytes);
            JsonElement found = line.RootElement;
            if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty("text", out JsonElement text)) found = text;
            return found.ValueKind == JsonValueKind.String
                ? new(offset, found.GetString()!, null)
                : new(offset, "", $"Expected a JSON string, or an object with a string \"text\", found {(found.ValueKind == JsonValueKind.Object ? "an object without \"text\"" : found.ValueKind.ToString().ToLowerInvariant())}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter where a string is no UTF-16
        {
            return new(offset, "", $"Expected JSON: {e.Message}");
        }
    }

    /// <summary>Moves behind the next line's end.</summary>
    private static void Skip(FileStream file)
    {
        for (int next = file.ReadByte(); next is not -1 and not '\n'; next = file.ReadByte()) { }
    }

    /// <summary>Reads to behind the line's end.</summary>
    /// <returns>Whether the line is not too long.</returns>
    private static bool ReadLine(FileStream file, ArrayBufferWriter<byte> line)
    {
        for (int next = file.ReadByte(); next is not -1 and not '\n'; next = file.ReadByte())
        {
            if (line.WrittenCount == LongestLine)
            {
                Skip(file);
                return false;
            }
            line.GetSpan(1)[0] = (byte)next;
            line.Advance(1);
        }
        return true;
    }
}
