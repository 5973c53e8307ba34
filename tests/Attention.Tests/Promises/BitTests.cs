using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>The same input gives the same bits, whatever ran before and however it was cut into calls.</summary>
public class BitTests : PromiseTest
{
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Steps_give_the_bits_of_forward(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator model = Load(instructionSet);
        using Translator.Session session = model.CreateSession();
        int width = session.Target.Width;
        for (int length = 1; length <= 64; length++)
        {
            int[] source = Tokens((length * 7 % 70) + 1, 50, length), target = Tokens(length, 41, length + 1000);
            var logits = new float[length * width];
            Poison(session);
            session.Source.Forward(source);
            session.Target.Forward(target, logits);

            // One token at a time, then in chunks of changing sizes, each over memory of NaN.
            foreach (int chunk in new[] { 1, 2 + (length % 7), length })
            {
                Poison(session);
                session.Source.Forward(source);
                for (int p = 0; p < length; p += chunk)
                {
                    int end = Math.Min(length, p + chunk);
                    ReadOnlySpan<float> row = session.Target.Step(target.AsSpan(p, end - p));
                    Assert.Equal(Bits(logits.AsSpan((end - 1) * width, width)), Bits(row));
                    Assert.Equal(end, session.Target.Position);
                }
            }

            // Steps may follow a forward pass.
            if (length > 1)
            {
                session.Target.Forward(target.AsSpan(0, length - 1), logits.AsSpan(0, (length - 1) * width).ToArray());
                Assert.Equal(Bits(logits.AsSpan((length - 1) * width, width)), Bits(session.Target.Step(target.AsSpan(length - 1))));
            }
        }
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void What_ran_before_does_not_matter(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator model = Load(instructionSet);
        using Translator.Session session = model.CreateSession(), used = model.CreateSession();
        for (int length = 1; length <= 64; length++)
        {
            int[] tokens = Tokens(length, 50, length), other = Tokens(1 + (length * 13 % 64), 41, -length);
            Poison(session);
            int[] rows = Bits(session.Source.Forward(tokens).ToArray()), vector = Bits(session.Summary.Forward(tokens)), causal = Bits(session.Causal.Forward(tokens).ToArray());

            used.Source.Forward(other);
            used.Target.Step(other);
            used.Summary.Forward(other);
            Assert.Equal(rows, Bits(used.Source.Forward(tokens).ToArray()));
            used.Causal.Forward(other);
            Assert.Equal(vector, Bits(used.Summary.Forward(tokens)));
            Assert.Equal(causal, Bits(used.Causal.Forward(tokens).ToArray()));
            Assert.DoesNotContain(rows, bits => float.IsNaN(BitConverter.Int32BitsToSingle(bits)));
        }
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void A_causal_row_depends_on_nothing_behind_it(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator model = Load(instructionSet);
        using Translator.Session session = model.CreateSession();
        session.Source.Forward(Tokens(19, 50, 1));
        int[] tokens = Tokens(64, 41, 2);
        var whole = new float[64 * session.Target.Width];
        session.Target.Forward(tokens, whole);
        float[] causal = session.Causal.Forward(tokens).ToArray();
        for (int length = 1; length < 64; length++)
        {
            int[] changed = [.. tokens.AsSpan(0, length), .. Tokens(64 - length, 41, length)];
            var rows = new float[64 * session.Target.Width];
            session.Target.Forward(changed, rows);
            Assert.Equal(Bits(whole.AsSpan(0, length * session.Target.Width)), Bits(rows.AsSpan(0, length * session.Target.Width)));
            Assert.Equal(Bits(causal.AsSpan(0, length * 20)), Bits(session.Causal.Forward(changed.AsSpan(0, length)).ToArray()));
        }
    }

    /// <summary>More than is promised: products and reductions have one order whatever the vector width.</summary>
    [Fact]
    public void Instruction_sets_with_fused_multiply_add_give_the_same_bits()
    {
        InstructionSet[] fused = [.. Enum.GetValues<InstructionSet>().Where(set => set != InstructionSet.Portable && InstructionSets.IsSupported(set))];
        Assert.SkipUnless(fused.Length > 1, "This machine has no two to compare.");
        int[][] results = [.. fused.Select(instructionSet =>
        {
            using Translator model = Load(instructionSet);
            return BitsOf(model);
        })];
        Assert.All(results, bits => Assert.Equal(results[0], bits));
    }

    /// <summary>Portable gives the same bits with as few instructions as the runtime can be told to use.</summary>
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX")]
    [InlineData("DOTNET_EnableAVX2")]
    public async Task Portable_gives_the_same_bits_whatever_else_the_machine_has(string knob)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Checkpoint, cancellation);
            using Translator model = Translator.Load(path, InstructionSet.Portable);
            ChildProcess.Result result = await ChildProcess.Run(new() { [CheckpointVariable] = path, [knob] = "0" }, cancellation);
            Assert.Equal($"{HashOf(BitsOf(model))}\n", result.Output.ReplaceLineEndings("\n"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Tells the child process which checkpoint to take.</summary>
    private const string CheckpointVariable = "ATTENTION_TEST_CHECKPOINT";

    /// <summary>What the child process does instead of running tests.</summary>
    [ModuleInitializer]
    internal static void PrintBits()
    {
        if (Environment.GetEnvironmentVariable(CheckpointVariable) is not string path)
            return;
        using Translator model = Translator.Load(path, InstructionSet.Portable);
        Console.WriteLine(HashOf(BitsOf(model)));
        Environment.Exit(0);
    }

    private static string HashOf(int[] bits) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(bits.AsSpan())));

    private static int[] BitsOf(Translator model)
    {
        using Translator.Session session = model.CreateSession();
        var bits = new List<int>();
        for (int length = 1; length <= 64; length += 3)
        {
            int[] tokens = Tokens(length, 41, length);
            bits.AddRange(Bits(session.Source.Forward(tokens).ToArray()));
            bits.AddRange(Bits(session.Summary.Forward(tokens)));
            var logits = new float[length * session.Target.Width];
            session.Target.Forward(tokens, logits);
            bits.AddRange(Bits(logits));
        }

        return [.. bits];
    }

    [Fact]
    public void Sessions_on_two_threads_do_not_disturb_each_other()
    {
        using Translator model = Load(InstructionSets.Best);
        int[][] inputs = [.. Enumerable.Range(1, 64).Select(length => Tokens(length, 41, length))];
        int[][] Run()
        {
            using Translator.Session session = model.CreateSession();
            return [.. inputs.Select(tokens =>
            {
                session.Source.Forward(tokens);
                var logits = new float[tokens.Length * session.Target.Width];
                session.Target.Forward(tokens, logits);
                return Bits(logits);
            })];
        }

        int[][] alone = Run();
        int[][][] together = new int[4][][];
        Parallel.For(0, together.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = Run());
        Assert.All(together, bits => Assert.Equal(alone, bits));
    }
}
