using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>
/// Every built-in layout on a checkpoint with exactly the names of its family, made and computed by PyTorch in float64: see
/// Goldens/make_family_goldens.py.
/// </summary>
public sealed class FamilyTests
{
    private delegate Rows ForwardRows(int[] ids, int[] types);

    private delegate ReadOnlySpan<float> ForwardVector(int[] ids, int[] types);

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Bart(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bart", instructionSet);
        using BartModel model = BartModel.Load(golden.Path, instructionSet);
        using BartModel.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        for (int call = 0; call < Calls(golden, ".logits", 3); call++)
        {
            int[] ids = golden.Ids($"{call}.target_ids");
            var logits = new float[ids.Length * 41];
            golden.AssertRows($"{call}.encoder_output", session.Reader.Forward(golden.Ids($"{call}.source_ids")));
            session.Writer.Forward(ids, logits);
            golden.AssertRows($"{call}.logits", logits);
            golden.AssertRows($"{call}.cross_attention", session.Writer.CrossAttentionWeights.ToArray());
            Stepping.AssertSameBits(ids, logits, () => session.Writer.Reset(), tokens => session.Writer.Step(tokens));
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Marian(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("marian", instructionSet);
        using MarianModel model = MarianModel.Load(golden.Path, instructionSet);
        using MarianModel.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        for (int call = 0; call < Calls(golden, ".logits", 3); call++)
        {
            int[] ids = golden.Ids($"{call}.target_ids");
            var logits = new float[ids.Length * 37];
            golden.AssertRows($"{call}.encoder_output", session.Reader.Forward(golden.Ids($"{call}.source_ids")));
            session.Writer.Forward(ids, logits);
            golden.AssertRows($"{call}.logits", logits);
            golden.AssertRows($"{call}.cross_attention", session.Writer.CrossAttentionWeights.ToArray());
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Bert(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bert", instructionSet);
        using BertRows rows = BertRows.Load(golden.Path, instructionSet);
        using BertPooled pooled = BertPooled.Load(golden.Path, instructionSet);
        using BertClassifier classifier = BertClassifier.Load(golden.Path, instructionSet);
        using BertRows.Session sequence = rows.CreateSession();
        using BertPooled.Session vector = pooled.CreateSession();
        using BertClassifier.Session head = classifier.CreateSession();
        AssertRows(golden, 3, "sequence", (ids, types) => sequence.Forward(ids, types));
        AssertVectors(golden, 3, "pooled", (ids, types) => vector.Forward(ids, types));
        AssertVectors(golden, 3, "logits", (ids, types) => head.Forward(ids, types));

        using BertRows.Session several = rows.CreateSession(new SessionSettings { BatchTokens = 32 });
        ITypedBatchEncoder batch = several;
        int[] pair = golden.Ids("2.token_ids"), kinds = golden.Ids("2.token_types");
        Assert.Equal([.. sequence.Forward(pair, kinds).ToArray(), .. sequence.Forward(pair).ToArray()], batch.ForwardBatch([.. pair, .. pair], [pair.Length, pair.Length], [.. kinds, .. new int[pair.Length]]).ToArray());

        // The first call is all of type 0, which is what a call without types has.
        golden.AssertRows("0.logits", head.Forward(golden.Ids("0.token_ids")));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void MiniLM(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("minilm", instructionSet);
        using MiniLm model = MiniLm.Load(golden.Path, instructionSet);
        using MiniLm.Session session = model.CreateSession();
        AssertVectors(golden, 3, "embedding", (ids, _) => session.Forward(ids));
        IVectorEncoder encoder = session;
        Assert.Equal((50, 16, 16), (encoder.Vocabulary, encoder.Length, encoder.Width));

        using ShortMiniLm shorter = ShortMiniLm.Load(golden.Path, instructionSet);
        using ShortMiniLm.Session few = shorter.CreateSession();
        Assert.Equal(7, golden.Ids("2.token_ids").Length);
        golden.AssertRows("2.sequence", few.Forward(golden.Ids("2.token_ids")));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Roberta(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("roberta", instructionSet);
        using RobertaRows rows = RobertaRows.Load(golden.Path, instructionSet);
        using RobertaClassifier classifier = RobertaClassifier.Load(golden.Path, instructionSet);
        using RobertaRows.Session sequence = rows.CreateSession();
        using RobertaClassifier.Session head = classifier.CreateSession();
        AssertRows(golden, 3, "sequence", (ids, _) => sequence.Forward(ids));
        AssertVectors(golden, 3, "logits", (ids, _) => head.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DistilBert(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("distilbert", instructionSet);
        using DistilBertRows rows = DistilBertRows.Load(golden.Path, instructionSet);
        using DistilBertClassifier classifier = DistilBertClassifier.Load(golden.Path, instructionSet);
        using DistilBertRows.Session sequence = rows.CreateSession();
        using DistilBertClassifier.Session head = classifier.CreateSession();
        AssertRows(golden, 3, "sequence", (ids, _) => sequence.Forward(ids));
        AssertVectors(golden, 3, "logits", (ids, _) => head.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Vit(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("vit", instructionSet);
        using VitModel model = VitModel.Load(golden.Path, instructionSet);
        using VitModel.Session session = model.CreateSession();
        for (int call = 0; call < Calls(golden, ".logits", 2); call++)
        {
            golden.AssertRows($"{call}.sequence", session.Image.Forward(golden.Floats($"{call}.pixels")));
            golden.AssertRows($"{call}.logits", session.Label.Forward());
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void VitPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("vit_pytorch", instructionSet);
        using VitPyTorchModel model = VitPyTorchModel.Load(golden.Path, instructionSet);
        using VitPyTorchModel.Session session = model.CreateSession();
        using OwnNames own = OwnNames.Load(golden.Path, instructionSet);
        using OwnNames.Session one = own.CreateSession();
        for (int call = 0; call < Calls(golden, ".logits", 2); call++)
        {
            float[] pixels = golden.Floats($"{call}.pixels");
            golden.AssertRows($"{call}.sequence", session.Image.Forward(pixels));
            golden.AssertRows($"{call}.logits", session.Label.Forward());

            // [channel][row][column] to [row][column][channel].
            golden.AssertRows($"{call}.logits", one.Forward([.. Enumerable.Range(0, 432).Select(i => pixels[(i % 3 * 144) + (i / 3)])]));
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Gpt2(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("gpt2", instructionSet);
        using Gpt2Model model = Gpt2Model.Load(golden.Path, instructionSet);
        using Gpt2Model.Session session = model.CreateSession();
        using Gpt2OwnName ownName = Gpt2OwnName.Load(golden.Path, instructionSet);
        using Gpt2OwnName.Session own = ownName.CreateSession();
        for (int call = 0; call < Calls(golden, ".logits", 3); call++)
        {
            int[] ids = golden.Ids($"{call}.token_ids");
            var logits = new float[ids.Length * 53];
            own.Forward(ids, logits);
            golden.AssertRows($"{call}.logits", logits);
            session.Forward(ids, logits);
            golden.AssertRows($"{call}.logits", logits);
            Stepping.AssertSameBits(ids, logits, () => session.Reset(), tokens => session.Step(tokens));
        }
    }

    private static GoldenFile Open(string name, InstructionSet instructionSet) => GoldenFile.Open(Path.Combine("families", name), instructionSet);

    /// <summary>How many calls a file has, which must be as many as the test knows of.</summary>
    private static int Calls(GoldenFile golden, string output, int expected)
    {
        Assert.Equal(expected, golden.CountNames(output));
        return expected;
    }

    private static void AssertRows(GoldenFile golden, int calls, string output, ForwardRows forward)
    {
        for (int call = 0; call < Calls(golden, "." + output, calls); call++)
            golden.AssertRows($"{call}.{output}", forward(golden.Ids($"{call}.token_ids"), golden.Has($"{call}.token_types") ? golden.Ids($"{call}.token_types") : []));
    }

    private static void AssertVectors(GoldenFile golden, int calls, string output, ForwardVector forward)
    {
        for (int call = 0; call < Calls(golden, "." + output, calls); call++)
            golden.AssertRows($"{call}.{output}", forward(golden.Ids($"{call}.token_ids"), golden.Has($"{call}.token_types") ? golden.Ids($"{call}.token_types") : []));
    }
}
