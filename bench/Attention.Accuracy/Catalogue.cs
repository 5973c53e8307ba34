using System.Text.Json;
using Attention.Dsl;
using Attention.Tests;
using Attention.Text;
using Attention.Text.Tests;
using Pronounce;
using SemanticSearch;

namespace Attention.Accuracy;

/// <summary>Every trial, with its files as they lie beside the repository or in it.</summary>
internal static class Catalogue
{
    private const int Unknown = 3;

    public static Trial[] All => [MiniLm(), UseLite(), Pronouncer(), BartG2P(), new DigitTrial(SharedModels.Find("mnist-vit")), new StoryTrial(SharedModels.Find("stories260K"))];

    /// <summary>With the weights that the sample keeps, which a package brings.</summary>
    private static SentenceTrial MiniLm()
    {
        string? sentences = SharedModels.Find("minilm/sts-test.tsv");
        return new("all-MiniLM-L6-v2", "Spearman", sentences is null ? "shared/models/minilm" : null, level => level.OpenMiniLm(Weights.FindAsync(null, default).GetAwaiter().GetResult()), SemanticSearch.Evaluation.Spearman, sentences ?? "");
    }

    private static SentenceTrial UseLite()
    {
        string? folder = SharedModels.Find("use-lite"), sentences = SharedModels.Find("minilm/sts-test.tsv");
        string? missing = folder is null ? "shared/models/use-lite" : sentences is null ? "shared/models/minilm" : null;
        return new("Universal Sentence Encoder Lite", "Pearson", missing, level => level.OpenUseLite(folder!, UseLiteTokenizer.Load(folder!)), SemanticSearch.Evaluation.Pearson, sentences ?? "");
    }

    /// <summary>The sample's own files, which lie beside the program.</summary>
    private static SpellingTrial Pronouncer()
    {
        string checkpoint = Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors"), words = Path.Combine(AppContext.BaseDirectory, "test.tsv");
        return new("Pronounce", File.Exists(checkpoint) && File.Exists(words) ? null : checkpoint, level => level.OpenPronouncer(checkpoint), () =>
        {
            using SafeTensors file = SafeTensors.Open(checkpoint);
            Pronounce.Vocabulary vocabulary = Pronounce.Vocabulary.Read(file.Metadata);
            return ([.. TestWord.Read(words).Select(word => new Word(Letters(word.Word), [.. word.Accepted.Select(Text)]))], ids => Text(vocabulary.Decode(ids)));

            int[] Letters(string word) => vocabulary.TryEncode(word, 32, out int[] letters, out string? problem) ? letters : throw new InvalidDataException(problem);
        });

        static string Text(string[] phonemes) => string.Join(' ', phonemes);
    }

    private static SpellingTrial BartG2P()
    {
        string? folder = SharedModels.Find("bart-g2p-us");
        return new("BART spelling (bart-g2p-us)", folder is null ? "shared/models/bart-g2p-us" : null, level => level.OpenBartG2P(Path.Combine(folder!, "model.safetensors")), () =>
        {
            using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder!, "config.json")));
            string letters = config.RootElement.GetProperty("grapheme_chars").GetString()!, phonemes = config.RootElement.GetProperty("phoneme_chars").GetString()!;
            string[][] words = [.. File.ReadLines(Path.Combine(folder!, "words.tsv")).Skip(1).Select(line => line.Split('\t'))];
            return ([.. words.Select(word => new Word([1, .. word[0].Select(Id), 2], [word[2]]))], ids => string.Concat(ids.Where(id => id > Unknown).Select(id => phonemes[id])));

            int Id(char letter) => letters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int id ? id : Unknown;
        });
    }
}
