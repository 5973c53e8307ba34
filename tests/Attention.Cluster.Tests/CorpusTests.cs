using System.Text;
using System.Text.Json;
using Attention.Text.Tests;
using EmbeddingCluster;
using Xunit;

namespace Attention.Cluster.Tests;

public sealed class CorpusTests
{
    /// <summary>Whatever the size of pieces, and wherever they begin: in a line, at its end, in a sign of several bytes.</summary>
    [Fact]
    public void Each_line_is_in_one_piece()
    {
        string[] texts = ["a", "", "dog", "größer", "二つの猫", "🐈", new('x', 300), "\"quoted\"\n", "last"];
        string[] lines = [.. texts.Select((text, i) => i % 2 == 0 ? JsonSerializer.Serialize(text) : $$"""{"id": {{i}}, "text": {{JsonSerializer.Serialize(text)}}}""")];
        foreach (string whole in new[] { string.Join('\n', lines), string.Join("\r\n", lines) + "\r\n", "\uFEFF" + string.Join("\n \n\n", lines) + "\n" })
        {
            using var folder = new TemporaryFolder();
            byte[] bytes = Encoding.UTF8.GetBytes(whole);
            File.WriteAllBytes(folder.File("corpus"), bytes);
            foreach (int size in Enumerable.Range(1, 40).Concat([100, 299, bytes.Length - 1, bytes.Length, bytes.Length + 1]))
            {
                JobRequest request = new(folder.File("corpus"), bytes.Length, size, folder.Path, true);
                CorpusLine[] read = [.. Enumerable.Range(0, request.Pieces).SelectMany(piece => Corpus.Read(request, piece))];
                Assert.Equal(texts, read.Select(line => line.Text));
                Assert.All(read, line => Assert.Null(line.Problem));
                Assert.All(read.Skip(1), line => Assert.Equal((byte)'\n', bytes[line.Offset - 1]));
                Assert.Equal(read.Length, read.Select(line => line.Offset).Distinct().Count());
            }
        }
    }

    [Theory]
    [InlineData("{\"txt\": \"a\"}", "found an object without \"text\"")]
    [InlineData("{\"text\": 5}", "found number")]
    [InlineData("[1]", "found array")]
    [InlineData("no JSON", "Expected JSON: ")]
    [InlineData("\"\\uD800\"", "Expected JSON: ")]
    public void A_line_that_is_no_passage_is_told_and_its_neighbours_are_read(string line, string told)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("corpus"), $"\"before\"\n{line}\n\"behind\"\n");
        List<CorpusLine> read = Corpus.Read(Request(folder), 0);
        Assert.Equal(["before", "", "behind"], read.Select(found => found.Text));
        Assert.Contains(told, read[1].Problem, StringComparison.Ordinal);
        Assert.Equal((9, null, null), (read[1].Offset, read[0].Problem, read[2].Problem));
    }

    [Fact]
    public void A_line_without_end_is_a_failure_and_not_read_into_memory()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("corpus"), "\"before\"\n\"" + new string('x', Corpus.LongestLine) + "\"\n\"behind\"\n");
        List<CorpusLine> read = Corpus.Read(Request(folder), 0);
        Assert.Equal(["before", "", "behind"], read.Select(found => found.Text));
        Assert.Equal($"Expected a line of at most {Corpus.LongestLine} bytes.", read[1].Problem);
    }

    [Fact]
    public void A_corpus_that_has_changed_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("corpus"), "\"a\"\n");
        JobRequest request = Request(folder);
        File.AppendAllText(folder.File("corpus"), "\"b\"\n");
        Assert.Contains("expected the 4 bytes that were submitted, found 8", Assert.Throws<InvalidDataException>(() => Corpus.Read(request, 0)).Message, StringComparison.Ordinal);
    }

    private static JobRequest Request(TemporaryFolder folder) => new(folder.File("corpus"), new FileInfo(folder.File("corpus")).Length, 1 << 30, folder.Path, true);
}
