using System.Runtime.InteropServices;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>Packed weights that are kept in a file give the bits of those that are packed, and never outlive what they come from.</summary>
public sealed class PackedFileTests : IDisposable
{
    private const int Floats = 40_000;
    private static readonly int[] s_letters = [5, 9, 3, 17, 4];

    private readonly string _folder = Directory.CreateTempSubdirectory("attention-packed-").FullName;
    private int _packed;

    private string Checkpoint => Path.Combine(_folder, "a.safetensors");

    private string Kept => PackedFile.NameOf(Checkpoint, "Model", InstructionSet.Avx2);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void A_model_gives_the_same_bits_from_its_kept_weights(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        string path = Path.Combine(_folder, "pronounce.safetensors");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors"), path);
        byte[] packed = Run(keepPacked: false);
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal(packed, Run(keepPacked: true));
        string kept = Assert.Single(Directory.GetFiles(_folder), file => file != path);
        Assert.Contains($"-{instructionSet}.packed", kept, StringComparison.Ordinal);
        DateTime written = File.GetLastWriteTimeUtc(kept);
        Assert.Equal(packed, Run(keepPacked: true));
        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));

        // Without its mark it is packed anew.
        using (FileStream stream = File.OpenWrite(kept))
            stream.WriteByte(0);
        Assert.Equal(packed, Run(keepPacked: true));
        Assert.Equal((byte)'A', File.ReadAllBytes(kept)[0]);

        byte[] Run(bool keepPacked)
        {
            PronouncerInInt8.Session session;
            using (PronouncerInInt8 model = PronouncerInInt8.Load(path, instructionSet, keepPacked: keepPacked))
                session = model.CreateSession();
            using (session)
            {
                // The mapping lives as long as the session, not as the model.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                session.Spelling.Forward(s_letters);
                return [.. MemoryMarshal.AsBytes(session.Phonemes.Step([1]))];
            }
        }
    }

    [Fact]
    public void Weights_are_packed_once()
    {
        Write(Checkpoint, 1);
        float[] packed = Load(), mapped = Load();
        Assert.Equal(packed, mapped);
        Assert.Equal(1, _packed);
        Assert.Equal(4096 + (Floats * sizeof(float)), new FileInfo(Kept).Length);
        Assert.Equal([Checkpoint, Kept], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Another_plan_or_instruction_set_is_another()
    {
        Write(Checkpoint, 1);
        Load(plan: 1);
        Load(plan: 2);
        Assert.Equal(2, _packed);
        Load(plan: 2);
        Assert.Equal(2, _packed);
        Load(plan: 2, InstructionSet.Portable);
        Assert.Equal(3, _packed);
        Load(plan: 2);
        Assert.Equal(3, _packed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Floats / 2)]
    [InlineData(Floats - 1)]
    public void Another_checkpoint_is_another(int changed)
    {
        Write(Checkpoint, 1);
        DateTime written = File.GetLastWriteTimeUtc(Checkpoint);
        Load();
        Write(Checkpoint, 1, changed);
        File.SetLastWriteTimeUtc(Checkpoint, written);
        float[] second = Load();
        Assert.Equal(2, _packed);
        Assert.Equal(-1f, second[changed]);
        File.SetLastWriteTimeUtc(Checkpoint, written.AddSeconds(1));
        Load();
        Assert.Equal(3, _packed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4096 + (Floats * sizeof(float)) - 1)]
    public void A_file_cut_short_is_replaced(int length)
    {
        Write(Checkpoint, 1);
        float[] expected = Load();
        using (FileStream stream = File.OpenWrite(Kept))
            stream.SetLength(length);
        Assert.Equal(expected, Load());
        Assert.Equal(2, _packed);
        Assert.Equal(expected, Load());
        Assert.Equal(2, _packed);
    }

    [Fact]
    public void Where_no_file_can_be_written_weights_are_packed()
    {
        Write(Checkpoint, 1);
        Directory.CreateDirectory(Path.Combine(Kept, "in the way"));
        Assert.Equal(Load(), Load());
        Assert.Equal(2, _packed);
        Assert.Equal(Checkpoint, Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public void Weights_of_a_stream_are_packed()
    {
        Write(Checkpoint, 1);
        using FileStream stream = File.OpenRead(Checkpoint);
        using SafeTensors file = SafeTensors.Read(stream);
        PackedFile.Weights(file, "Model", InstructionSet.Avx2, 1, Floats, Pack);
        Assert.Equal(1, _packed);
        Assert.False(File.Exists(Kept));
    }

    [Fact]
    public void A_mapping_stays_when_its_file_is_replaced()
    {
        Write(Checkpoint, 1);
        float[] expected = Load();
        using SafeTensors file = SafeTensors.Open(Checkpoint);
        PinnedMemory mapped = PackedFile.Weights(file, "Model", InstructionSet.Avx2, 1, Floats, Pack);
        Load(plan: 2);
        Assert.Equal(2, _packed);
        Assert.Equal(expected, mapped.Span);
        GC.KeepAlive(mapped);
    }

    [Fact]
    public void Many_at_once_all_find_whole_weights()
    {
        Write(Checkpoint, 1);
        float[] expected = Load();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected, Load(plan: (ulong)(i % 3))));
        Assert.Equal([Checkpoint, Kept], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    private float[] Load(ulong plan = 1, InstructionSet instructionSet = InstructionSet.Avx2)
    {
        using SafeTensors file = SafeTensors.Open(Checkpoint);
        PinnedMemory weights = PackedFile.Weights(file, "Model", instructionSet, plan, Floats, Pack);
        float[] floats = weights.Span.ToArray();
        GC.KeepAlive(weights);
        return floats;
    }

    private PinnedMemory Pack(SafeTensors file, InstructionSet instructionSet)
    {
        Interlocked.Increment(ref _packed);
        var packer = new WeightPacker(file, Floats);
        packer.Vector("a", Floats, 0, Floats, 0);
        return packer.Complete(["*"], [], []);
    }

    private static void Write(string path, float first, int? changed = null)
    {
        float[] values = [.. Enumerable.Range(0, Floats).Select(i => i == changed ? -1f : first + i)];
        var writer = new SafeTensorsWriter();
        writer.Add("a", [Floats], values);
        writer.Save(path);
    }
}
