using Attention.Bench;
using Attention.Dsl;
using Attention.Tests.Reference;
using Pronounce;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>What narrower weights cost in accuracy, on trained models and all of their test data.</summary>
public sealed class FormatTests(ITestOutputHelper output)
{
    private static readonly GreedySearch s_greedy = new() { Begin = Vocabulary.Begin, End = Vocabulary.End };

    private delegate ReadOnlySpan<float> Classify(ReadOnlySpan<float> image);

    /// <summary>In float32 2446 of the 6370 words are wrong; rounded weights may cost half a percentage point.</summary>
    [Fact]
    public void Pronouncer_IsAboutAsGoodWithNarrowWeights()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors");
        using SafeTensors file = SafeTensors.Open(path);
        Vocabulary vocabulary = Vocabulary.Read(file.Metadata);
        TestWord[] words = TestWord.Read(Path.Combine(AppContext.BaseDirectory, "test.tsv"));
        Assert.Equal(6370, words.Length);

        using PronouncerInBFloat16 half = PronouncerInBFloat16.Load(path);
        using PronouncerInBFloat16.Session first = half.CreateSession();
        using PronouncerInInt8 quarter = PronouncerInInt8.Load(path);
        using PronouncerInInt8.Session second = quarter.CreateSession();
        Check("bfloat16", first.Spelling, first.Phonemes);
        using PronouncerOfHalfKeys keys = PronouncerOfHalfKeys.Load(path);
        using PronouncerOfHalfKeys.Session third = keys.CreateSession();
        Check("int8", second.Spelling, second.Phonemes);
        Check("keys and values in bfloat16", third.Spelling, third.Phonemes);

        void Check(string format, IEncoder spelling, IDecoder phonemes)
        {
            var score = new Score();
            int same = 0;
            foreach (TestWord word in words)
            {
                Assert.True(vocabulary.TryEncode(word.Word, spelling.Length, out int[] letters, out _));
                spelling.Forward(letters);
                string[] spoken = vocabulary.Decode(new TokenSequence(phonemes, s_greedy, default).ToArray());
                score += Score.Of(spoken, word.Accepted);
                same += spoken.SequenceEqual(word.Greedy) ? 1 : 0;
            }

            output.WriteLine($"{format}: {score.Wrong} words wrong, {score.WrongWithoutStress} without stress, {score.PhonemeErrors} phonemes; {same} words as in float32");
            Assert.InRange(score.Wrong, 2446 - 32, 2446 + 32);
            Assert.InRange(same, 6000, 6369);
        }
    }

    /// <summary>In float32 9721 of the 10000 digits are right; rounded weights may cost twenty.</summary>
    [Fact]
    public void MnistVit_IsAboutAsGoodWithNarrowWeights()
    {
        InstructionSet instructionSet = InstructionSets.Best;
        string folder = RealModelTests.Folder("mnist-vit", instructionSet);
        (float[][] images, byte[] labels) = MnistDigits.Read(folder);
        string path = Path.Combine(folder, "model.safetensors");
        int[] expected = new GoldenFile(Path.Combine(folder, "golden")).Ids("prediction");
        using MnistVitInBFloat16 half = MnistVitInBFloat16.Load(path, instructionSet);
        using MnistVitInBFloat16.Session first = half.CreateSession();
        using MnistVitInInt8 quarter = MnistVitInInt8.Load(path, instructionSet);
        using MnistVitInInt8.Session second = quarter.CreateSession();
        Check("bfloat16", first.Forward);
        Check("int8", second.Forward);

        void Check(string format, Classify classify)
        {
            int[] predictions = [.. images.Select(image => RealModelTests.Largest(classify(image)))];
            int right = predictions.Zip(labels).Count(pair => pair.First == pair.Second), same = predictions.Zip(expected).Count(pair => pair.First == pair.Second);
            output.WriteLine($"{format}: {right} digits right, {same} as in float32");
            Assert.InRange(right, 9701, 9741);
            Assert.InRange(same, 9900, 10000);
        }
    }

    /// <summary>Numbers that bfloat16 has are the same in it, in products and in the table whose rows tokens stand for.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void A_checkpoint_of_bfloat16_stays_as_it_is(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("families/gpt2", instructionSet);
        using SafeTensors file = SafeTensors.Open(golden.Path);
        byte[] rounded = TensorFile.Of(file.Names.Where(name => name.StartsWith("transformer.", StringComparison.Ordinal)).ToDictionary(name => name, name => (golden.Shape(name), file.ReadFloats(name).Select(RoundedWeights.BFloat16).ToArray()))).ToArray();
        using Gpt2Model whole = Gpt2Model.Load(new MemoryStream(rounded), instructionSet);
        using Gpt2Model.Session expected = whole.CreateSession();
        using Gpt2InBFloat16 half = Gpt2InBFloat16.Load(new MemoryStream(rounded), instructionSet);
        using Gpt2InBFloat16.Session session = half.CreateSession();
        int[] tokens = golden.Ids("2.token_ids");
        float[] logits = new float[tokens.Length * 53], halved = new float[logits.Length];
        expected.Forward(tokens, logits);
        session.Forward(tokens, halved);
        Assert.Equal(logits, halved);
        Assert.Contains(golden.Floats("2.logits").Zip(logits), pair => MathF.Abs(pair.First - pair.Second) > 1e-4); // rounding is not nothing
    }

    /// <summary>A weight's share of what is stored, tables, norms, biases and scales beside it.</summary>
    [Fact]
    public void Weights_TakeAHalfAndAQuarter()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors");
        double whole = Floats(Pronouncer.Load(path)), half = Floats(PronouncerInBFloat16.Load(path)), quarter = Floats(PronouncerInInt8.Load(path));
        Assert.InRange(half / whole, 0.5, 0.52);
        Assert.InRange(quarter / whole, 0.25, 0.28);
    }

    private static double Floats(object model) =>
        ((Attention.Runtime.PinnedMemory)model.GetType().GetField("_attentionWeights", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(model)!).Length;
}
