using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>DALLE-pytorch's decoder of text and image against its float64 reference.</summary>
public sealed class DalleTests(ITestOutputHelper output)
{
    private const int TextIds = 22, Vocabulary = 42;

    /// <summary>The token to begin with, the text, and of the image all but the last token, which is only predicted.</summary>
    private static int[] TokensOf(GoldenFile golden) => [0, .. golden.Ids("golden.input.text"), .. golden.Ids("golden.input.image").SkipLast(1).Select(id => TextIds + id)];

    private float[] Check(GoldenFile golden, IDecoder decoder, DecoderForward forward)
    {
        int[] tokens = TokensOf(golden);
        var logits = new float[tokens.Length * Vocabulary];
        forward(tokens, logits);
        golden.AssertRows("golden.output.logits", logits);
        Stepping.AssertSameBits(tokens, logits, decoder.Reset, ids => decoder.Step(ids));
        for (int length = 1; length < tokens.Length; length++)
        {
            var some = new float[length * Vocabulary];
            forward(tokens[..length], some);
            Assert.Equal(logits[..some.Length], some);
        }

        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
        return logits;
    }

    private delegate void DecoderForward(ReadOnlySpan<int> tokens, Span<float> logits);

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Dalle_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/dalle", instructionSet);
        using Dalle model = Dalle.Load(golden.Path, instructionSet);
        using Dalle.Session session = model.CreateSession();
        float[] logits = Check(golden, session, session.Forward);

        using Dalle threaded = Dalle.Load(golden.Path, instructionSet, threads: 2);
        using Dalle.Session shared = threaded.CreateSession();
        var same = new float[logits.Length];
        shared.Forward(TokensOf(golden), same);
        Assert.Equal(logits, same);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Dalle_sees_what_its_masks_say(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/dalle", instructionSet);
        using Dalle model = Dalle.Load(golden.Path, instructionSet);
        using Dalle.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        int[] tokens = TokensOf(golden);
        session.Forward(tokens, new float[tokens.Length * Vocabulary]);
        CheckMask("full", session.SelfAttentionWeights);
        CheckMask("axial_row", session.SelfAttentionWeights2);
        CheckMask("axial_col", session.SelfAttentionWeights3);
        CheckMask("conv_like", session.SelfAttentionWeights4);

        void CheckMask(string name, AttentionWeights weights)
        {
            int side = golden.Shape("golden.input.mask." + name)[1];
            byte[] mask = golden.Bytes("golden.input.mask." + name).ToArray();
            float[] found = weights.ToArray();
            Assert.Equal(3 * tokens.Length * tokens.Length, found.Length);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(mask[(i / tokens.Length % tokens.Length * side) + (i % tokens.Length)] != 0, found[i] > 0);
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DalleShifted_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/dalle_shift", instructionSet);
        using DalleShifted model = DalleShifted.Load(golden.Path, instructionSet);
        using DalleShifted.Session session = model.CreateSession();
        Check(golden, session, session.Forward);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DalleOddlyShifted_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("shifted-dalle", instructionSet);
        using DalleOddlyShifted model = DalleOddlyShifted.Load(golden.Path, instructionSet);
        using DalleOddlyShifted.Session session = model.CreateSession();
        CheckCalls(golden, session, session.Forward);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DalleTurned_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("rotary-dalle", instructionSet);
        using DalleTurned model = DalleTurned.Load(golden.Path, instructionSet);
        using DalleTurned.Session session = model.CreateSession();
        CheckCalls(golden, session, session.Forward);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DalleTurnedAndShifted_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("rotary-shifted-dalle", instructionSet);
        using DalleTurnedAndShifted model = DalleTurnedAndShifted.Load(golden.Path, instructionSet);
        using DalleTurnedAndShifted.Session session = model.CreateSession();
        CheckCalls(golden, session, session.Forward);
    }

    private void CheckCalls(GoldenFile golden, IDecoder decoder, DecoderForward forward)
    {
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            int[] tokens = golden.Ids($"input.{call}");
            var logits = new float[tokens.Length * 29];
            forward(tokens, logits);
            golden.AssertRows($"output.{call}", logits);
            Stepping.AssertSameBits(tokens, logits, decoder.Reset, ids => decoder.Step(ids));
        }

        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Fact]
    public void Padding_stands_for_the_token_of_its_place()
    {
        var golden = new GoldenFile("catalogue/dalle");
        using Dalle model = Dalle.Load(golden.Path);
        using Dalle.Session session = model.CreateSession();
        float[] padded = new float[7 * Vocabulary], named = new float[7 * Vocabulary];
        session.Forward([0, 5, 3, 9, 0, 0, 0], padded);
        session.Forward([0, 5, 3, 9, 19, 20, 21], named);
        Assert.Equal(padded, named);
        session.Forward([0, 5, 3, 9, 19, 20, 20], named);
        Assert.NotEqual(padded, named);
    }

    [Fact]
    public void What_is_generated_is_an_image_and_can_be_taken_again()
    {
        var golden = new GoldenFile("catalogue/dalle_shift");
        using DalleShifted model = DalleShifted.Load(golden.Path);
        using DalleShifted.Session session = model.CreateSession(new SessionSettings { Beams = 4 });
        int[] text = golden.Ids("golden.input.text");
        int[] image = session.Generate(new GreedySearch { Begin = 0, Prompt = text }).ToArray();
        Assert.Equal(16, image.Length);
        Assert.All(image, token => Assert.InRange(token, TextIds, Vocabulary - 1));
        int[] drawn = session.Generate(new Sampling { Begin = 0, Temperature = 1e37, Seed = 3 }).ToArray();
        Assert.All(drawn[..6], token => Assert.InRange(token, 0, TextIds - 1));
        Assert.All(drawn[6..], token => Assert.InRange(token, TextIds, Vocabulary - 1));
        IReadOnlyList<Hypothesis> found = session.Search(new BeamSearch { Begin = 0, Width = 4, Count = 4, Prompt = text.AsMemory(0, 5) });
        Assert.Equal(4, found.Count);
        Assert.All(found, hypothesis => Assert.InRange(hypothesis.Tokens[0], 0, TextIds - 1));
        Assert.All(found, hypothesis => Assert.All(hypothesis.Tokens.Skip(1), token => Assert.InRange(token, TextIds, Vocabulary - 1)));
    }

    [Fact]
    public void A_token_of_another_kind_is_refused()
    {
        var golden = new GoldenFile("catalogue/dalle");
        using Dalle model = Dalle.Load(golden.Path);
        using Dalle.Session session = model.CreateSession(new SessionSettings { Beams = 2 });
        Assert.Contains("Token 1 of 2 given to stage 'Dalle' is 22; expected 0 to 21, the tokens that stand at position 1", Assert.Throws<ArgumentOutOfRangeException>(() => session.Forward([0, 22], new float[2 * Vocabulary])).Message, StringComparison.Ordinal);
        session.Step([0, 1, 2, 3, 4, 5]);
        Assert.Contains("is 30; expected 0 to 21, the tokens that stand at position 6", Assert.Throws<ArgumentOutOfRangeException>(() => { session.Step([30]); }).Message, StringComparison.Ordinal);
        session.Step([6]);
        Assert.Contains("Token 1 of 2 given to stage 'Dalle' is 21; expected 22 to 41, the tokens that stand at position 7", Assert.Throws<ArgumentOutOfRangeException>(() => { session.StepBeams([0, 0], [22, 21]); }).Message, StringComparison.Ordinal);
        Assert.Equal(7, session.Position);
    }
}
