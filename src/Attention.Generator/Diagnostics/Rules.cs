using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Attention.Generator.Diagnostics;

/// <summary>What the analyzer can report; <c>docs/rules</c> has a page for each. The message is the finding's.</summary>
internal static class Rules
{
    private const string Category = "Attention";
    private const string Message = "{0}";

    private static readonly DiagnosticDescriptor s_headsDoNotDivideWidth = new(
        RuleIds.HeadsDoNotDivideWidth, "Heads do not divide the width", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Every head of an attention takes an equal share of the stage's width, unless HeadWidth says how wide a head is.");

    private static readonly DiagnosticDescriptor s_unknownStage = new(
        RuleIds.UnknownStage, "No such stage", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "'from' and 'Shares' name another stage of the same model; upper and lower case are not told apart.");

    private static readonly DiagnosticDescriptor s_sourceWidthMismatch = new(
        RuleIds.SourceWidthMismatch, "Source of another width", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Cross-attention and [Input] read rows as wide as their own stage, or as wide as SourceWidth says.");

    private static readonly DiagnosticDescriptor s_invalidSize = new(
        RuleIds.InvalidSize, "Size out of range", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Sizes are positive, within what the generated code can address, and members of their enums.");

    private static readonly DiagnosticDescriptor s_missingPart = new(
        RuleIds.MissingPart, "Part missing", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A model has stages; a stage has a kind, a source and, if it has layers, a body.");

    private static readonly DiagnosticDescriptor s_doubledPart = new(
        RuleIds.DoubledPart, "Part doubled", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A stage has one kind, one source, and at most one of each part that does not repeat.");

    private static readonly DiagnosticDescriptor s_misplacedPart = new(
        RuleIds.MisplacedPart, "Part misplaced", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "The attributes of a stage read top to bottom: source, stem, body, outputs.");

    private static readonly DiagnosticDescriptor s_unsuitableClass = new(
        RuleIds.UnsuitableClass, "Class unsuitable", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "The generated half joins the user's class, which has to be partial, and creates it.");

    private static readonly DiagnosticDescriptor s_stageOutsideModel = new(
        RuleIds.StageOutsideModel, "Stage outside of a model", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A stage is a class nested directly in a class with [AttentionModel], or, where it is the only one, that class itself.");

    private static readonly DiagnosticDescriptor s_stageNameTaken = new(
        RuleIds.StageNameTaken, "Name taken", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "The names of stages and members stand beside those that the generator writes.");

    private static readonly DiagnosticDescriptor s_circularReference = new(
        RuleIds.CircularReference, "Stages depend on each other", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A stage runs after those it attends to, and takes its table from one that has its own.");

    private static readonly DiagnosticDescriptor s_sharedTableMismatch = new(
        RuleIds.SharedTableMismatch, "Shared table of another shape", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A table that two parts use has the same vocabulary and width for both.");

    private static readonly DiagnosticDescriptor s_tensorReadTwice = new(
        RuleIds.TensorReadTwice, "Tensor read twice", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Two parameters are two tensors, unless Shares or Tied says that they are one.");

    private static readonly DiagnosticDescriptor s_modelTooLarge = new(
        RuleIds.ModelTooLarge, "Model too large", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Weights and a session's memory are each addressed with 32-bit offsets, counted in floats.");

    private static readonly DiagnosticDescriptor s_unsoundTensorName = new(
        RuleIds.UnsoundTensorName, "Name of a tensor unsound", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "The name of every tensor is known, and a template has no holes but {prefix}, {parent}, {layer}, {group}, {part}, {n} and {n?}, a prefix none but {layer} and {group}, and {layer} stands only in the layers.");

    private static readonly DiagnosticDescriptor s_withoutEffect = new(
        RuleIds.WithoutEffect, "Argument without effect", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Whatever a declaration says is done; what could not be is an error.");

    private static readonly DiagnosticDescriptor s_unsoundMethod = new(
        RuleIds.UnsoundMethod, "Method of another form", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A method that an attribute names stands in the attribute's class, is static, and takes and gives what it is asked for.");

    private static readonly DiagnosticDescriptor s_languageTooOld = new(
        RuleIds.LanguageTooOld, "C# too old", Message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "What is generated is C# 12, as projects for .NET 9 and later compile unless LangVersion says otherwise.");

    private static readonly DiagnosticDescriptor s_notOptimized = new(
        RuleIds.NotOptimized, "Kernels not optimized", Message, Category, DiagnosticSeverity.Info, isEnabledByDefault: true,
        "The JIT does not optimize an assembly that is compiled for debugging; Load takes its kernels from a copy in memory that is not marked so.");

    public static readonly ImmutableArray<DiagnosticDescriptor> All = ImmutableArray.Create(
        s_headsDoNotDivideWidth,
        s_unknownStage,
        s_sourceWidthMismatch,
        s_invalidSize,
        s_missingPart,
        s_doubledPart,
        s_misplacedPart,
        s_unsuitableClass,
        s_stageOutsideModel,
        s_stageNameTaken,
        s_circularReference,
        s_sharedTableMismatch,
        s_tensorReadTwice,
        s_modelTooLarge,
        s_unsoundTensorName,
        s_withoutEffect,
        s_unsoundMethod,
        s_languageTooOld,
        s_notOptimized);

    private static readonly ImmutableDictionary<string, DiagnosticDescriptor> s_byId = All.ToImmutableDictionary(rule => rule.Id);

    /// <summary>The rule of an id.</summary>
    public static DiagnosticDescriptor Of(string id) => s_byId[id];
}
