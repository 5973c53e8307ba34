using Attention.Generator.Emit;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Generator.Diagnostics;

/// <summary>
/// What the generator has to report because no analyzer will: the command-line compiler stops at errors of declarations,
/// which may be anywhere, before it runs analyzers. (At errors of parsing it stops before it runs generators.)
/// </summary>
internal static class EarlyReports
{
    /// <summary>The reports, none if the compiler will come to the analyzer.</summary>
    /// <param name="wrong">Models with findings.</param>
    /// <param name="strays">Full names of classes outside of models that carry a stage's attributes.</param>
    /// <param name="files">All that is generated, of each model the surface first, which is all that declarations depend on.</param>
    /// <param name="compilation">The user's code.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static EquatableArray<Diagnostic> Of(
        IEnumerable<Result<ModelPlan>> wrong, IEnumerable<string> strays, IEnumerable<EquatableArray<SourceFile>> files, Compilation compilation, CancellationToken cancellation)
    {
        Diagnostic[] reports =
        [
            .. wrong.SelectMany(planned => Find(compilation, planned.Model.FullName).Where(DeclarationReader.IsModel).Take(1).SelectMany(model => Reports.Of(model, planned.Findings))),
            .. strays.SelectMany(name => Find(compilation, name)).SelectMany(stray => Reports.Of(stray, cancellation)),
        ];
        return reports.Length > 0 && StopsAtDeclarations(compilation, files, cancellation) ? reports.ToEquatableArray() : EquatableArray<Diagnostic>.Empty;
    }

    /// <summary>The types of a full name: one, in sound code.</summary>
    private static IEnumerable<INamedTypeSymbol> Find(Compilation compilation, string fullName)
    {
        IEnumerable<INamespaceOrTypeSymbol> found = [compilation.Assembly.GlobalNamespace];
        foreach (string part in fullName.Split('.'))
            found = found.SelectMany(outer => outer.GetMembers(part.Split('(')[0])).OfType<INamespaceOrTypeSymbol>();
        return found.OfType<INamedTypeSymbol>().Where(type => DeclarationReader.FullNameOf(type) == fullName);
    }

    private static bool StopsAtDeclarations(Compilation compilation, IEnumerable<EquatableArray<SourceFile>> files, CancellationToken cancellation)
    {
        var options = (CSharpParseOptions)compilation.SyntaxTrees.First().Options;
        return compilation
            .AddSyntaxTrees(files.Where(ofModel => ofModel.Count > 0).Select(ofModel => CSharpSyntaxTree.ParseText(ofModel[0].Text, options, cancellationToken: cancellation)))
            .GetDeclarationDiagnostics(cancellation)
            .Any(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error && diagnostic.Descriptor.CustomTags.Contains(WellKnownDiagnosticTags.NotConfigurable));
    }
}
