using Attention.Dsl;
using Attention.Generator.Kernels;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Tool.Compiling;

/// <summary>Takes the bodies of kernels of other instruction sets than one, or of all, since they are most of what there is to compile and are not called.</summary>
/// <param name="kept">The instruction set that is going to be used; null for none.</param>
internal sealed class KernelTrimmer(InstructionSet? kept) : CSharpSyntaxRewriter
{
    private static readonly ArrowExpressionClauseSyntax s_throw = SyntaxFactory.ArrowExpressionClause(SyntaxFactory.ParseExpression("throw null!"));

    private static readonly HashSet<string> s_texts = [.. Isa.All.Select(isa => isa.Text)];

    private readonly string? _kept = Isa.All.FirstOrDefault(isa => isa.Name == kept?.ToString())?.Text;

    public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node) =>
        node.Parent is BaseNamespaceDeclarationSyntax && s_texts.Contains(node.Identifier.Text) && node.Identifier.Text != _kept ? base.VisitClassDeclaration(node) : node;

    public override SyntaxNode VisitMethodDeclaration(MethodDeclarationSyntax node) => node.Identifier.Text == "Compile" ? node : node // which loading calls
        .WithBody(null).WithExpressionBody(s_throw).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken));
}
