using System.Reflection;
using Attention.Dsl;
using Attention.Generator;
using Attention.Generator.Reading;
using Attention.Runtime;
using Attention.Tests.Generator;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>A <see cref="Translator"/> with a random checkpoint, shared by the tests of what users may rely on.</summary>
public abstract class PromiseTest
{
    private static readonly Lazy<byte[]> s_checkpoint = new(() => CheckpointOf(typeof(Translator)));

    /// <summary>A random checkpoint of a model of PromiseModels.cs.</summary>
    internal static byte[] CheckpointOf(Type model)
    {
        string source = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PromiseModels.cs"));
        GeneratorRun run = GeneratorRun.Of(source);
        ModelDeclaration declaration = DeclarationReader.Read(run.Input.GetTypeByMetadataName(model.FullName!)!, default);
        return RandomCheckpoint.Of(Pipeline.Name(Pipeline.Shape(Pipeline.Build(declaration))).Value!, 11).ToFile();
    }

    internal static byte[] Checkpoint => s_checkpoint.Value;

    internal static Translator Load(InstructionSet instructionSet, int threads = 1) => Translator.Load(new MemoryStream(s_checkpoint.Value), instructionSet, threads);

    internal static int[] Tokens(int count, int vocabulary, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }

    internal static SessionCore CoreOf(Translator.Session session) =>
        (SessionCore)typeof(Translator.Session).GetField("_attentionCore", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(session)!;

    /// <summary>Fills everything the session owns with NaN.</summary>
    internal static void Poison(Translator.Session session)
    {
        CoreOf(session).Memory.Span.Fill(float.NaN);
        CoreOf(session).Work.AllScratch.Fill(float.NaN);
        CoreOf(session).BatchMemory?.Span.Fill(float.NaN);
    }

    internal static int[] Bits(ReadOnlySpan<float> values)
    {
        var bits = new int[values.Length];
        for (int i = 0; i < bits.Length; i++)
            bits[i] = BitConverter.SingleToInt32Bits(values[i]);
        return bits;
    }
}
