using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Attention.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>A generator that a keystroke elsewhere does not wake: each step hands on values, and an equal value ends the work.</summary>
public sealed class CachingTests
{
    private const string Model = """
        using Attention.Dsl;

        namespace Shop;

        [AttentionModel]
        public sealed partial class Model
        {
            [Encoder(layers: 2, width: 8, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6)]
            [Embedding(vocabulary: 5, length: 3, Scaled = true)]
            [Positions(PositionKind.Learned)]
            [SelfAttention(heads: 2)]
            [FeedForward(12, Activation.Gelu)]
            public sealed partial class Source;

            [Decoder(layers: 1, width: 4)]
            [Embedding(vocabulary: 7, length: 3)]
            [Positions(PositionKind.Sinusoidal)]
            [SelfAttention(heads: 2)]
            [CrossAttention(from: "source", SourceWidth = 8)]
            [FeedForward(6, Activation.Silu)]
            [Logits]
            public sealed partial class Target;
        }
        """;

    private const string Other = "namespace Shop { internal static class Other { internal const int Number = 1; } }";

    private static readonly string[] s_steps = AttentionGenerator.Steps.All;

    public static TheoryData<string, string> Models => new()
    {
        { "sound", Model },
        { "wrong structure", Model.Replace("[Logits]", "[Logits] [Pooling(PoolingKind.Mean)]", StringComparison.Ordinal) },
        { "wrong shape", Model.Replace("SourceWidth = 8", "SourceWidth = 9", StringComparison.Ordinal) },
    };

    [Theory, MemberData(nameof(Models))]
    public void TheSameCompilation_IsCached(string what, string model)
    {
        GeneratorRun first = GeneratorRun.Of(model, Other);
        Assert.All(s_steps, step => Assert.Equal([IncrementalStepRunReason.New], ReasonsOf(first, step)));
        GeneratorRun second = GeneratorRun.Of(first.Input, first.Driver);
        Assert.All(s_steps, step => Assert.Equal([IncrementalStepRunReason.Cached], ReasonsOf(second, step)));
        AssertNothingIsWritten(second);
        Assert.NotEmpty(what);
    }

    [Theory, MemberData(nameof(Models))]
    public void AnEditElsewhere_StopsAtTheFirstStep(string what, string model)
    {
        GeneratorRun first = GeneratorRun.Of(model, Other);
        Compilation added = first.Input.AddSyntaxTrees(Parse("internal static class Added;"));
        AssertOnlyRead(GeneratorRun.Of(added, first.Driver));
        Compilation changed = Edit(first.Input, 1, text => text.Replace("Number = 1", "Number = 2", StringComparison.Ordinal));
        AssertOnlyRead(GeneratorRun.Of(changed, first.Driver));
        Assert.NotEmpty(what);
    }

    [Theory, MemberData(nameof(Models))]
    public void AnEditThatDoesNotChangeTheDeclaration_StopsAtTheFirstStep(string what, string model)
    {
        GeneratorRun first = GeneratorRun.Of(model, Other);
        Compilation edited = Edit(first.Input, 0, text => "// A word about it.\n\n" + text
            .Replace("        [", "    /* and */\t[", StringComparison.Ordinal)
            .Replace("vocabulary: 5", "vocabulary: 2 + 3", StringComparison.Ordinal));
        AssertOnlyRead(GeneratorRun.Of(edited, first.Driver));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void AChangedNumber_GoesAllTheWay()
    {
        GeneratorRun first = GeneratorRun.Of(Model, Other);
        Compilation edited = Edit(first.Input, 0, text => text.Replace("FeedForward(12", "FeedForward(13", StringComparison.Ordinal));
        GeneratorRun second = GeneratorRun.Of(edited, first.Driver);
        Assert.All(s_steps, step => Assert.Equal([IncrementalStepRunReason.Modified], ReasonsOf(second, step)));
    }

    /// <summary>A member of the user's own is part of the declaration, because it could collide; what is written does not change.</summary>
    [Fact]
    public void AMemberMore_ChangesTheDeclarationButNotTheCode()
    {
        GeneratorRun first = GeneratorRun.Of(Model, Other);
        Compilation edited = Edit(first.Input, 0, text => text.Replace("partial class Model\n{", "partial class Model\n{\n    internal const int Mine = 1;\n", StringComparison.Ordinal));
        GeneratorRun second = GeneratorRun.Of(edited, first.Driver);
        Assert.Equal([IncrementalStepRunReason.Modified], ReasonsOf(second, AttentionGenerator.Steps.Read));
        Assert.Equal([IncrementalStepRunReason.Unchanged], ReasonsOf(second, AttentionGenerator.Steps.Write));
        AssertNothingIsWritten(second);
    }

    /// <summary>Of two models only the edited one is compiled again.</summary>
    [Fact]
    public void ModelsAreIndependent()
    {
        GeneratorRun first = GeneratorRun.Of(Model, Model.Replace("namespace Shop", "namespace Farm", StringComparison.Ordinal));
        GeneratorRun second = GeneratorRun.Of(Edit(first.Input, 1, text => text.Replace("FeedForward(12", "FeedForward(13", StringComparison.Ordinal)), first.Driver);
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified], ReasonsOf(second, AttentionGenerator.Steps.Read));
        Assert.All(s_steps[1..], step => Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], ReasonsOf(second, step)));
    }

    /// <summary>What two runs make of equal declarations is equal at every step, although no object is shared.</summary>
    [Theory, MemberData(nameof(Models))]
    public void OutputsAreValues(string what, string model)
    {
        GeneratorRun one = GeneratorRun.Of(model), two = GeneratorRun.Of(model);
        foreach (string step in s_steps)
        {
            object first = OutputOf(one, step), second = OutputOf(two, step);
            Assert.True(first.Equals(second), $"Two runs of step {step} over a model that is {what} gave outputs that are not equal.");
            Assert.Equal(first.GetHashCode(), second.GetHashCode());
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void OutputsHoldNothingOfTheCompiler(string what, string model)
    {
        GeneratorRun run = GeneratorRun.Of(model);
        foreach (string step in s_steps)
            Assert.Equal([], Reachable(OutputOf(run, step)).Select(OfTheCompiler).OfType<string>().Distinct());
        Assert.NotEmpty(what);
    }

    /// <summary>The search above would find what it looks for.</summary>
    [Fact]
    public void SearchFindsWhatIsOfTheCompiler()
    {
        var held = new { List = new List<object?> { null, ImmutableArray.Create((1, (object)Location.None)) } };
        Assert.NotEmpty(Reachable(held).Select(OfTheCompiler).OfType<string>());
        Assert.True(Reachable(OutputOf(GeneratorRun.Of(Model), AttentionGenerator.Steps.Choose)).Count() > 100);
    }

    private static SyntaxTree Parse(string text) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Diagnose));

    private static Compilation Edit(Compilation compilation, int tree, Func<string, string> edit)
    {
        SyntaxTree old = compilation.SyntaxTrees.ElementAt(tree);
        string text = old.GetText().ToString(), edited = edit(text);
        Assert.NotEqual(text, edited);
        return compilation.ReplaceSyntaxTree(old, old.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(edited)));
    }

    private static IEnumerable<IncrementalStepRunReason> ReasonsOf(GeneratorRun run, string step) =>
        run.Result.Results.Single().TrackedSteps[step].SelectMany(tracked => tracked.Outputs).Select(output => output.Reason);

    private static object OutputOf(GeneratorRun run, string step) =>
        Assert.Single(Assert.Single(run.Result.Results.Single().TrackedSteps[step]).Outputs).Value;

    private static void AssertOnlyRead(GeneratorRun run)
    {
        Assert.Equal([IncrementalStepRunReason.Unchanged], ReasonsOf(run, AttentionGenerator.Steps.Read));
        Assert.All(s_steps[1..], step => Assert.Equal([IncrementalStepRunReason.Cached], ReasonsOf(run, step)));
        AssertNothingIsWritten(run);
    }

    private static void AssertNothingIsWritten(GeneratorRun run)
    {
        var outputs = run.Result.Results.Single().TrackedOutputSteps.SelectMany(pair => pair.Value).SelectMany(step => step.Outputs).ToArray();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static string? OfTheCompiler(object value) =>
        value.GetType() is { Namespace: { } name } type && name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) ? type.FullName : null;

    /// <summary>An object and everything that its fields and elements lead to.</summary>
    private static IEnumerable<object> Reachable(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var open = new Queue<object>(seen);
        while (open.TryDequeue(out object? value))
        {
            yield return value;
            Type type = value.GetType();
            if (type.IsPrimitive || type.IsEnum || value is string or Type || OfTheCompiler(value) is not null)
                continue;
            IEnumerable<object?> held = value is Array array ? array.Cast<object?>() : FieldsOf(type).Select(field => field.GetValue(value));
            foreach (object next in held.OfType<object>())
            {
                if (seen.Add(next))
                    open.Enqueue(next);
            }
        }
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }
}
