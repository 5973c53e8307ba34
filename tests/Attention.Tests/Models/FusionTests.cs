using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Models of two modalities against their float64 references, by files with the names of the usual implementations.</summary>
public sealed class FusionTests(ITestOutputHelper output)
{
    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Similarities_of_Clip_agree_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/clip", instructionSet);
        using ClipTowers model = ClipTowers.Load(golden.Path, instructionSet);
        using ClipTowers.Session session = model.CreateSession(new SessionSettings { BatchTokens = 40 });
        int[] first = golden.Ids("golden.input.text0"), second = golden.Ids("golden.input.text1");
        float[] texts = session.Text.ForwardBatch([.. first, .. second], [first.Length, second.Length]).ToArray();
        float[] images = session.Image.ForwardBatch([.. golden.Floats("golden.input.image0"), .. golden.Floats("golden.input.image1")]).ToArray();
        Assert.Equal(golden.Floats("logit_scale")[0], model.LogitScale);

        var logits = new float[4];
        Similarity.Of(texts, images, width: 16, model.LogitScale, logits);
        golden.AssertRows("golden.output.logits_per_text", logits);
        AssertWorst(golden);
        float[] alone = [.. session.Text.Forward(first).ToArray(), .. session.Text.Forward(second).ToArray()];
        Assert.Equal(alone, texts);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Embeddings_of_Clip_agree_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/clip", instructionSet);
        using ClipEmbeddings model = ClipEmbeddings.Load(golden.Path, instructionSet);
        using ClipEmbeddings.Session session = model.CreateSession();
        golden.AssertRows("golden.output.text_embeds", [.. session.Text.Forward(golden.Ids("golden.input.text0")).ToArray(), .. session.Text.Forward(golden.Ids("golden.input.text1")).ToArray()]);
        golden.AssertRows("golden.output.image_pooled", [.. session.Image.Forward(golden.Floats("golden.input.image0")).ToArray(), .. session.Image.Forward(golden.Floats("golden.input.image1")).ToArray()]);
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Rows_at_a_token_agree_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("clip-at-token", instructionSet);
        using ClipAtToken model = ClipAtToken.Load(golden.Path, instructionSet);
        using ClipAtToken.Session session = model.CreateSession();
        for (int call = 0; golden.Has($"input.{call}"); call++)
            golden.AssertRows($"output.{call}", session.Forward(golden.Ids($"input.{call}")));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Flamingo_agrees_with_the_catalogue_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/flamingo", instructionSet);
        using Flamingo model = Flamingo.Load(golden.Path, instructionSet);
        using Flamingo.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        session.Vision.Forward(golden.Floats("golden.input.vision"));
        session.Images.Forward();
        int[] tokens = golden.Ids("golden.input.tokens");
        var logits = new float[tokens.Length * 32];
        session.Text.Forward(tokens, logits);
        golden.AssertRows("golden.output.logits", logits);
        AssertWeights(golden.Floats("golden.attention.cross.first"), session.Text.CrossAttentionWeights.ToArray());
        AssertWorst(golden);
        Stepping.AssertSameBits(tokens, logits, () => session.Text.Reset(), ids => session.Text.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GatedImmediate_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gated_cross_attention", instructionSet);
        using GatedImmediate model = GatedImmediate.Load(golden.Path, instructionSet);
        using GatedImmediate.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        session.Media.Forward(golden.Floats("golden.input.media"));
        CheckGated(golden, "immediate", (rows, labels) => session.Text.Forward(rows, labels), () => session.Text.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GatedImmediate_counts_images_from_step_to_step(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("gated-immediate", instructionSet);
        using GatedImmediateDecoder model = GatedImmediateDecoder.Load(golden.Path, instructionSet);
        using GatedImmediateDecoder.Session session = model.CreateSession();
        CheckCounting(golden, session.Text, media => session.Media.Forward(media), (tokens, rows) => session.Text.Forward(tokens, rows));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GatedAllBefore_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gated_cross_attention", instructionSet);
        using GatedAllBefore model = GatedAllBefore.Load(golden.Path, instructionSet);
        using GatedAllBefore.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        session.Media.Forward(golden.Floats("golden.input.media"));
        CheckGated(golden, "all_before", (rows, labels) => session.Text.Forward(rows, labels), () => session.Text.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GatedAllBefore_counts_images_from_step_to_step(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("gated-all-before", instructionSet);
        using GatedAllBeforeDecoder model = GatedAllBeforeDecoder.Load(golden.Path, instructionSet);
        using GatedAllBeforeDecoder.Session session = model.CreateSession();
        CheckCounting(golden, session.Text, media => session.Media.Forward(media), (tokens, rows) => session.Text.Forward(tokens, rows));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Perceiver_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/perceiver_resampler", instructionSet);
        using Perceiver model = Perceiver.Load(golden.Path, instructionSet);
        using Perceiver.Session session = model.CreateSession();
        session.Media.Forward(golden.Floats("golden.input.media"));
        golden.AssertRows("golden.output.latents", session.Latents.Forward().ToArray());
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Resampler_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("resampler", instructionSet);
        using Resampler model = Resampler.Load(golden.Path, instructionSet);
        using Resampler.Session session = model.CreateSession();
        int call = 0;
        for (; golden.Has($"input.{call}"); call++)
        {
            session.Media.Forward(golden.Floats($"input.{call}"));
            golden.AssertRows($"output.{call}", session.Latents.Forward());
        }

        using ResamplerOfOne one = ResamplerOfOne.Load(golden.Path, instructionSet);
        using ResamplerOfOne.Session alone = one.CreateSession();
        alone.Media.Forward(golden.Floats($"input.{call - 1}"));
        golden.AssertRows($"output.{call - 1}", alone.Latents.Forward());
        AssertWorst(golden);
    }

    /// <summary>Rows that attend to the images told by labels, and their weights.</summary>
    private void CheckGated(GoldenFile golden, string kind, Func<float[], int[], Rows> forward, Func<float[]> weights)
    {
        int seen = 0;
        int[] labels = [.. golden.Bytes("golden.input.media_locations").ToArray().Select(isImage => seen += isImage)];
        Assert.Equal([0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], labels);
        golden.AssertRows("golden.output." + kind, forward(golden.Floats("golden.input.rows"), labels));
        AssertWeights(golden.Floats("golden.attention." + kind), weights());
        AssertWorst(golden);
    }

    /// <summary>Rows of weights that are all zero have no norm to be off by a part of.</summary>
    private static void AssertWeights(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    /// <summary>Rows of a decoder that counts its images, and the same bits step by step.</summary>
    private void CheckCounting(GoldenFile golden, IDecoder decoder, Action<float[]> media, Action<int[], float[]> forward)
    {
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            int[] tokens = golden.Ids($"input.{call}");
            var rows = new float[tokens.Length * 24];
            media(golden.Floats($"media.{call}"));
            forward(tokens, rows);
            golden.AssertRows($"output.{call}", rows);
            Stepping.AssertSameBits(tokens, rows, decoder.Reset, ids => decoder.Step(ids));
        }

        AssertWorst(golden);
    }
}
