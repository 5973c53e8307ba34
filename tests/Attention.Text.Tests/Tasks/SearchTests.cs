using SemanticSearch;
using Xunit;

namespace Attention.Text.Tests;

public sealed class SearchTests(MiniLmFolder folder) : IClassFixture<MiniLmFolder>
{
    [Fact]
    public void Passages_are_paragraphs_under_their_headings_with_their_lines()
    {
        string[] lines = ["# One", "", "first", "second", "## Two", "", "third", "```", "# no heading", "```", "", "# Three", "fourth"];
        Assert.Equal(
            [new("a.md", 3, "One", "first\nsecond"), new("a.md", 7, "One › Two", "third\n```\n# no heading\n```"), new("a.md", 13, "Three", "fourth")],
            Passages.Of("a.md", lines));
        string paragraph = new('x', 500);
        Assert.Equal([1, 3], Passages.Of("b.txt", [paragraph, "", paragraph]).Select(passage => passage.Line));
    }

    [Fact]
    public void An_index_finds_what_is_meant_and_reads_only_what_has_changed()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path);
        using var texts = new TemporaryFolder();
        using var kept = new TemporaryFolder();
        string index = kept.File("index");
        File.WriteAllText(texts.File("animals.md"), "# Animals\n\nA dog chases a cat over the lawn.\n");
        File.WriteAllText(texts.File("money.txt"), "The bank raised its interest rates last week.\n");
        Directory.CreateDirectory(texts.File("obj"));
        File.WriteAllText(texts.File("obj/left-out.txt"), "A puppy runs after a kitten.");

        SearchIndex built = Build(out int embedded);
        Assert.Equal((2, 2, 2), (built.Files, built.Count, embedded));
        Assert.Equal("animals.md", Best(built, "puppies and kittens").File);
        Assert.Equal(("money.txt", 1), (Best(built, "what do loans cost").File, Best(built, "what do loans cost").Line));

        SearchIndex again = Build(out embedded);
        Assert.Equal((2, 0), (again.Count, embedded));
        Assert.Equal("animals.md", Best(again, "puppies and kittens").File);

        File.WriteAllText(texts.File("more.md"), "# Weather\n\nIt will rain tomorrow.\n");
        Assert.Equal("more.md", Best(Build(out embedded), "do I need an umbrella").File);
        Assert.Equal(1, embedded);
        File.Delete(texts.File("animals.md"));
        Assert.Equal(2, Build(out embedded).Count);
        File.WriteAllBytes(index, File.ReadAllBytes(index)[..100]);
        Assert.Equal(2, Build(out embedded).Count);
        Assert.Equal(2, embedded);

        SearchIndex Build(out int embedded)
        {
            int most = 0;
            SearchIndex result = SearchIndex.Build(texts.Path, index, "model", embedder, new Told(step => most = Math.Max(most, step.All)), default);
            embedded = most;
            return result;
        }

        Passage Best(SearchIndex from, string question) => from.Nearest(embedder.Embed(question), 1)[0].Passage;
    }

    private sealed class Told(Action<(int Done, int All)> report) : IProgress<(int Done, int All)>
    {
        public void Report((int Done, int All) value) => report(value);
    }
}
