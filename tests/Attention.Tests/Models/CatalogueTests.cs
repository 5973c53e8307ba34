using Attention.Bench;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Mechanisms against their float64 references: see Goldens/make_catalogue_goldens.py.</summary>
public sealed class CatalogueTests
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void WindowOnBothSides_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("window-both", instructionSet);
        using WindowOnBothSides model = WindowOnBothSides.Load(golden.Path, instructionSet);
        using WindowOnBothSides.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void CausalWindow_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("window-causal", instructionSet);
        using CausalWindow model = CausalWindow.Load(golden.Path, instructionSet);
        using CausalWindow.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LocalBlocks_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("local-blocks", instructionSet);
        using LocalBlocks model = LocalBlocks.Load(golden.Path, instructionSet);
        using LocalBlocks.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LocalBlocksExact_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("local-blocks-exact", instructionSet);
        using LocalBlocksExact model = LocalBlocksExact.Load(golden.Path, instructionSet);
        using LocalBlocksExact.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LocalBlocksCausal_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("local-blocks-causal", instructionSet);
        using LocalBlocksCausal model = LocalBlocksCausal.Load(golden.Path, instructionSet);
        using LocalBlocksCausal.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ImageRows_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("image-rows", instructionSet);
        using ImageRows model = ImageRows.Load(golden.Path, instructionSet);
        using ImageRows.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ImageColumns_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("image-columns", instructionSet);
        using ImageColumns model = ImageColumns.Load(golden.Path, instructionSet);
        using ImageColumns.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ImageConvolution_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("image-convolution", instructionSet);
        using ImageConvolution model = ImageConvolution.Load(golden.Path, instructionSet);
        using ImageConvolution.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void RmsNorms_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("rms-norms", instructionSet);
        using RmsNorms model = RmsNorms.Load(golden.Path, instructionSet);
        using RmsNorms.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DividedByLargest_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("divided-by-largest", instructionSet);
        using DividedByLargest model = DividedByLargest.Load(golden.Path, instructionSet);
        using DividedByLargest.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ExternalAttention_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/external_attention", instructionSet);
        using ExternalAttentionAlone model = ExternalAttentionAlone.Load(golden.Path, instructionSet);
        using ExternalAttentionAlone.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.rows", session.Forward(golden.Floats("golden.input.rows")));
        golden.AssertRows("golden.attention.tokens_memory", session.ExternalAttentionWeights.ToArray());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void SparseAttention_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/sparse_transformer", instructionSet);
        float[] rows = golden.Floats("golden.input.rows");
        var capturing = new SessionSettings { CaptureAttention = true };

        using SparseStridedBoth sparseStridedBoth = SparseStridedBoth.Load(golden.Path, instructionSet);
        using (SparseStridedBoth.Session session = sparseStridedBoth.CreateSession(capturing))
        {
            golden.AssertRows("golden.output.strided.both", session.Forward(rows));
            golden.AssertRows("golden.attention.strided.both", session.SelfAttentionWeights.ToArray());
        }

        using SparseStridedLocal sparseStridedLocal = SparseStridedLocal.Load(golden.Path, instructionSet);
        using (SparseStridedLocal.Session session = sparseStridedLocal.CreateSession())
        {
            golden.AssertRows("golden.output.strided.local", session.Forward(rows));
        }

        using SparseStridedStride sparseStridedStride = SparseStridedStride.Load(golden.Path, instructionSet);
        using (SparseStridedStride.Session session = sparseStridedStride.CreateSession())
        {
            golden.AssertRows("golden.output.strided.stride", session.Forward(rows));
        }

        using SparseStridedHeads sparseStridedHeads = SparseStridedHeads.Load(golden.Path, instructionSet);
        using (SparseStridedHeads.Session session = sparseStridedHeads.CreateSession())
        {
            golden.AssertRows("golden.output.strided.heads", session.Forward(rows));
        }

        using SparseFixedBoth sparseFixedBoth = SparseFixedBoth.Load(golden.Path, instructionSet);
        using (SparseFixedBoth.Session session = sparseFixedBoth.CreateSession())
        {
            golden.AssertRows("golden.output.fixed.both", session.Forward(rows));
        }

        using SparseFixedLocal sparseFixedLocal = SparseFixedLocal.Load(golden.Path, instructionSet);
        using (SparseFixedLocal.Session session = sparseFixedLocal.CreateSession())
        {
            golden.AssertRows("golden.output.fixed.local", session.Forward(rows));
        }

        using SparseFixedSummary sparseFixedSummary = SparseFixedSummary.Load(golden.Path, instructionSet);
        using (SparseFixedSummary.Session session = sparseFixedSummary.CreateSession())
        {
            golden.AssertRows("golden.output.fixed.summary", session.Forward(rows));
        }

        using SparseFixedHeads sparseFixedHeads = SparseFixedHeads.Load(golden.Path, instructionSet);
        using (SparseFixedHeads.Session session = sparseFixedHeads.CreateSession(capturing))
        {
            golden.AssertRows("golden.output.fixed.heads", session.Forward(rows));
            golden.AssertRows("golden.attention.fixed.heads", session.SelfAttentionWeights.ToArray());
        }

        using SparseStridedPaperLocal sparseStridedPaperLocal = SparseStridedPaperLocal.Load(golden.Path, instructionSet);
        using (SparseStridedPaperLocal.Session session = sparseStridedPaperLocal.CreateSession())
        {
            golden.AssertRows("golden.output.strided.paper_local", session.Forward(rows));
        }

        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LocalAttention_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/local_attention", instructionSet);
        const int rows = 12, inner = 32, headWidth = 8, width = 3 * inner;
        var input = new float[rows * width];
        foreach ((string name, int first) in new[] { ("query", 0), ("key", inner), ("value", 2 * inner) })
        {
            float[] heads = golden.Floats("golden.input." + name); // head × row × channel
            for (int i = 0; i < heads.Length; i++)
                input[((i / headWidth % rows) * width) + first + (i / (rows * headWidth) * headWidth) + (i % headWidth)] = heads[i];
        }

        static float[] Heads(Rows output)
        {
            var heads = new float[rows * inner];
            for (int row = 0; row < rows; row++)
                output[row][..inner].CopyTo(heads.AsSpan(row * inner));
            return heads;
        }

        static float[] Identity(int outputs, int inputs) => [.. Enumerable.Range(0, outputs * inputs).Select(i => i / inputs == i % inputs ? 1f : 0)];
        byte[] weights = TensorFile.Of(new Dictionary<string, (int[] Shape, float[] Values)>
        {
            ["in_proj_weight"] = ([width, width], Identity(width, width)),
            ["out_proj.weight"] = ([width, inner], Identity(width, inner)),
        }).ToArray();
        using LocalAttentionAlone model = LocalAttentionAlone.Load(new MemoryStream(weights), instructionSet);
        using LocalAttentionAlone.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.plain", Heads(session.Forward(input)));
        golden.AssertRows("golden.attention.plain", session.SelfAttentionWeights.ToArray());

        using LocalAttentionRotary rotary = LocalAttentionRotary.Load(new MemoryStream(weights), instructionSet);
        using LocalAttentionRotary.Session turned = rotary.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.rotary", Heads(turned.Forward(input)));
        golden.AssertRows("golden.attention.rotary", turned.SelfAttentionWeights.ToArray());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void TopK_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/top_k", instructionSet);
        float[] rows = golden.Floats("golden.input.rows");
        var capturing = new SessionSettings { CaptureAttention = true };
        using TopKOfAll all = TopKOfAll.Load(golden.Path, instructionSet);
        using (TopKOfAll.Session session = all.CreateSession(capturing))
        {
            golden.AssertRows("golden.output.both", session.Forward(rows));
            golden.AssertRows("golden.attention.both", session.SelfAttentionWeights.ToArray());
        }

        using TopKCausal causal = TopKCausal.Load(golden.Path, instructionSet);
        using (TopKCausal.Session session = causal.CreateSession(capturing))
        {
            golden.AssertRows("golden.output.causal", session.Forward(rows));
            golden.AssertRows("golden.attention.causal", session.SelfAttentionWeights.ToArray());
        }

        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
