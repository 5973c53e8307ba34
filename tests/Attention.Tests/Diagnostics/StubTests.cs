using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>What is generated for a wrong declaration has the surface of what is generated for the right one.</summary>
public sealed class StubTests
{
    private const string Pooled = """
        using Attention.Dsl;

        namespace Toys;

        public partial class Outer<T>
        {
            [AttentionModel]
            public sealed partial class Pronouncer
            {
                [Encoder(layers: 2, width: 32)]
                [Embedding(vocabulary: 20, length: 8)]
                [TokenTypes(2)]
                [SelfAttention(heads: 4)]
                [Pooling(PoolingKind.Mean)]
                [Linear(2)]
                public sealed partial class Sentence;

                [Decoder(layers: 2, width: 32)]
                [Embedding(vocabulary: 20, length: 8)]
                [SelfAttention(heads: 4)]
                internal sealed partial class @class;

                [Decoder(layers: 2, width: 32, Prefix = "pooled")]
                [Embedding(vocabulary: 20, length: 8)]
                [SelfAttention(heads: 4)]
                [Pooling(PoolingKind.First)]
                public sealed partial class Last;
            }
        }
        """;

    private const string Masked = """
        using Attention.Dsl;

        namespace Toys;

        [AttentionModel]
        public sealed partial class Pronouncer
        {
            [Encoder(layers: 2, width: 32)]
            [Embedding(vocabulary: 20, length: 8)]
            [TokenTypes(2)]
            [SelfAttention(heads: 4)]
            [Logits(Tied = true)]
            public sealed partial class Typed;

            [Encoder(layers: 2, width: 32, Prefix = "labelled")]
            [Embedding(vocabulary: 20, length: 8)]
            [Labels]
            [SelfAttention(heads: 4, Labels = LabelRule.Equal)]
            [Logits]
            public sealed partial class Labelled;
        }
        """;

    [Theory]
    [InlineData(Analysis.Model)]
    [InlineData(Pooled)]
    [InlineData(Masked)]
    public async Task Stub_HasTheSameSurface(string source)
    {
        Analysis sound = await Analysis.Of(source), broken = await Analysis.Of(source.Replace("layers: 2, width: 32", "layers: 2, width: 32, Epsilon = 2", StringComparison.Ordinal));
        Assert.Empty(sound.Findings);
        Assert.NotEmpty(broken.Findings);
        string[] surface = Surface(sound.Run);
        Assert.Contains(surface, member => member.Contains("Forward", StringComparison.Ordinal));
        Assert.Equal(surface, Surface(broken.Run));
        Assert.Empty(broken.Errors);
        Assert.True(broken.Run.Files.Sum(file => file.SourceText.Length) < 10_000, "A stub holds no kernels.");
    }

    [Fact]
    public async Task Stub_SaysWhy()
    {
        Analysis broken = await Analysis.Of(Analysis.Model.Replace("heads: 4", "heads: 5", StringComparison.Ordinal));
        System.Reflection.MethodInfo load = broken.Run.Load().GetType("Toys.Pronouncer")!.GetMethod("Load", [typeof(string), typeof(Attention.Dsl.InstructionSet?), typeof(int), typeof(bool)])!;
        Exception thrown = Assert.Throws<System.Reflection.TargetInvocationException>(() => load.Invoke(null, ["none.safetensors", null, 1, false])).InnerException!;
        Assert.Equal("The declaration of model 'Pronouncer' has errors.", Assert.IsType<InvalidOperationException>(thrown).Message);
    }

    /// <summary>All that code outside of the assembly's models can name: types with their interfaces, and their members.</summary>
    private static string[] Surface(GeneratorRun run)
    {
        var surface = new List<string>();
        void Add(INamedTypeSymbol type)
        {
            surface.Add($"{type.ToDisplayString()} : {string.Join(", ", type.Interfaces.Select(contract => contract.ToDisplayString()).Order(StringComparer.Ordinal))}");
            foreach (ISymbol member in type.GetMembers())
            {
                if (member is INamedTypeSymbol nested)
                    Add(nested);
                else if (member.CanBeReferencedByName && IsVisible(member))
                    surface.Add($"{member.DeclaredAccessibility} {member.ToDisplayString(s_format)}");
            }
        }

        Add(run.Output.GetTypeByMetadataName("Toys.Pronouncer") ?? run.Output.GetTypeByMetadataName("Toys.Outer`1+Pronouncer")!);
        return [.. surface.Order(StringComparer.Ordinal)];
    }

    private static bool IsVisible(ISymbol member) => member.DeclaredAccessibility == Accessibility.Public
        || (member.DeclaredAccessibility == Accessibility.Internal && !member.Name.StartsWith("Attention", StringComparison.Ordinal));

    private static readonly SymbolDisplayFormat s_format = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeContainingType)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut);
}
