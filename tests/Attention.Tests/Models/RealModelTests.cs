using System.Text.Json;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Real checkpoints on real input, where the folder with them is there.</summary>
public sealed class RealModelTests(ITestOutputHelper output)
{
    private const int Begin = 1, End = 2, Unknown = 3;

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BartG2P_EncoderOutputLogitsAndCrossAttention_AgreeWithTheReference(InstructionSet instructionSet)
    {
        string folder = Folder("bart-g2p-us", instructionSet);
        var golden = new GoldenFile(Path.Combine(folder, "golden"));
        using BartG2P model = BartG2P.Load(Path.Combine(folder, "model.safetensors"), instructionSet);
        using BartG2P.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        Assert.Equal(8, golden.CountNames(".logits"));
        for (int word = 0; word < 8; word++)
        {
            int[] target = golden.Ids($"{word}.target_ids");
            var logits = new float[target.Length * 63];
            golden.AssertRows($"{word}.encoder_output", session.Letters.Forward(golden.Ids($"{word}.source_ids")));
            session.Phonemes.Forward(target, logits);
            golden.AssertRows($"{word}.logits", logits);
            golden.AssertRows($"{word}.cross_attention", session.Phonemes.CrossAttentionWeights.ToArray());
        }

        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BartG2P_SpellsEveryWordAsTheReference(InstructionSet instructionSet)
    {
        string folder = Folder("bart-g2p-us", instructionSet);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        string letters = config.RootElement.GetProperty("grapheme_chars").GetString()!, phonemes = config.RootElement.GetProperty("phoneme_chars").GetString()!;
        string[][] words = [.. File.ReadLines(Path.Combine(folder, "words.tsv")).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(300, words.Length);

        using BartG2P model = BartG2P.Load(Path.Combine(folder, "model.safetensors"), instructionSet);
        using BartG2P.Session session = model.CreateSession(new SessionSettings { Beams = 1 });
        var greedy = new GreedySearch { Begin = Begin, End = End };
        foreach (string[] word in words)
        {
            session.Letters.Forward([Begin, .. word[0].Select(letter => letters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int id ? id : Unknown), End]);
            Assert.Equal(word[1], Text(session.Phonemes.Generate(greedy).ToArray()));

            // A beam of one is greedy, by another path through the kernels.
            Assert.Equal(word[1], Text([.. session.Phonemes.Search(new BeamSearch { Begin = Begin, End = End, Width = 1 })[0].Tokens]));
        }

        string Text(int[] ids) => string.Concat(ids.Where(id => id > Unknown).Select(id => phonemes[id]));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void MnistVit_GivesEveryDigitTheClassOfTheReference(InstructionSet instructionSet)
    {
        string folder = Folder("mnist-vit", instructionSet);
        var golden = new GoldenFile(Path.Combine(folder, "golden"));
        (float[][] images, byte[] labels) = MnistDigits.Read(folder);

        using MnistVit model = MnistVit.Load(Path.Combine(folder, "model.safetensors"), instructionSet);
        using MnistVit.Session session = model.CreateSession();
        var predictions = new int[labels.Length];
        var logits = new List<float>();
        for (int i = 0; i < predictions.Length; i++)
        {
            ReadOnlySpan<float> scores = session.Forward(images[i]);
            if (i < 256)
                logits.AddRange(scores);
            predictions[i] = Largest(scores);
        }

        golden.AssertRows("logits", logits.ToArray());
        Assert.Equal(golden.Ids("prediction"), predictions);
        Assert.Equal(9721, predictions.Zip(labels).Count(pair => pair.First == pair.Second));
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
    }

    /// <summary>The first of the largest.</summary>
    internal static int Largest(ReadOnlySpan<float> scores)
    {
        int largest = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[largest])
                largest = i;
        }

        return largest;
    }

    internal static string Folder(string name, InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        string? folder = SharedModels.Find(name);
        Assert.SkipWhen(folder is null, $"shared/models/{name} is not beside the repository.");
        return folder;
    }
}
