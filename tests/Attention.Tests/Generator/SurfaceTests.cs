using Attention.Generator.Emit;
using Attention.Generator.Parts;
using Attention.Generator.Reading;
using Attention.Tests.Diagnostics;
using Attention.Tests.Kernels;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>The surface knows every member that is written: the public ones exactly, of the others the names.</summary>
public sealed class SurfaceTests
{
    public static TheoryData<string> Sets => ["FamilyModels", "VariantModels", "FormatModels", "RealModels", "PromiseModels", "Random", "Large"];

    [Theory, MemberData(nameof(Sets))]
    public void EveryMemberIsKnown(string set)
    {
        GeneratorRun run = GeneratorRun.Of(set switch
        {
            "Random" => "using Attention.Dsl;\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"[AttentionModel] public sealed partial class Random{i} {{ {RandomDeclaration.Of(new Random(i))} }}\n")),
            "Large" => OptimizationTests.Large,
            "PromiseModels" => Repository.Read("tests", "Attention.Tests", "Promises", "PromiseModels.cs"),
            _ => Repository.Read("tests", "Attention.Tests", "Models", set + ".cs"),
        });
        INamedTypeSymbol[] models = [.. run.Input.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>().Where(DeclarationReader.IsModel)];
        Assert.NotEmpty(models);
        foreach (INamedTypeSymbol model in models)
        {
            ModelDeclaration declaration = ModelParts.Of(DeclarationReader.Read(model, TestContext.Current.CancellationToken)).Declared;
            INamedTypeSymbol written = run.Output.GetTypeByMetadataName(model.ToDisplayString())!;
            Compare(Surface.OfModel(declaration, declaration.Name), written, declaration.Stages.Select(stage => stage.Name));
            foreach (StageDeclaration stage in declaration.Stages)
                Compare(Surface.OfStage(stage), written.GetTypeMembers(stage.Name == declaration.Name ? "Session" : stage.Name).Single(), stage.Name == declaration.Name ? ["Dispose()"] : []);
        }
    }

    private static void Compare(IEnumerable<Member> surface, INamedTypeSymbol type, IEnumerable<string> others)
    {
        (string Key, ISymbol Symbol)[] members = [.. type.GetMembers()
            .Where(member => !member.IsImplicitlyDeclared && member is not IMethodSymbol { AssociatedSymbol: not null } && !member.DeclaringSyntaxReferences.All(DeclarationReader.IsUsers))
            .Select(member => (ClassReader.KeyOf(member)!, member)).Where(member => !others.Contains(member.Item1))];
        Assert.Equal(
            surface.Where(member => member.IsPublic).Select(member => member.Key).Order(StringComparer.Ordinal),
            members.Where(member => member.Symbol.DeclaredAccessibility == Accessibility.Public).Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Empty(members.Where(member => member.Symbol.DeclaredAccessibility != Accessibility.Public).Select(member => member.Key.Split('(')[0]).Except(surface.Where(member => !member.IsPublic).Select(member => member.Name)));
    }
}
