namespace Attention.Generator;

/// <summary>The ids of what can be wrong with a declaration; <c>docs/rules</c> has a page for each.</summary>
internal static class RuleIds
{
    public const string HeadsDoNotDivideWidth = "ATTN001";
    public const string UnknownStage = "ATTN002";
    public const string SourceWidthMismatch = "ATTN003";
    public const string InvalidSize = "ATTN004";
    public const string MissingPart = "ATTN005";
    public const string DoubledPart = "ATTN006";
    public const string MisplacedPart = "ATTN007";
    public const string UnsuitableClass = "ATTN008";
    public const string StageOutsideModel = "ATTN009";
    public const string StageNameTaken = "ATTN010";
    public const string CircularReference = "ATTN011";
    public const string SharedTableMismatch = "ATTN012";
    public const string TensorReadTwice = "ATTN013";
    public const string ModelTooLarge = "ATTN014";
    public const string UnsoundTensorName = "ATTN015";
    public const string WithoutEffect = "ATTN016";
    public const string UnsoundMethod = "ATTN017";
    public const string LanguageTooOld = "ATTN018";
    public const string NotOptimized = "ATTN019";
}

/// <summary>Where a finding belongs: an argument, an attribute, or a class's name.</summary>
/// <param name="Stage">Index of the stage, −1 for the model class, −2 for the type it is nested in and so on outwards.</param>
/// <param name="Part">Index of the attribute among those of the stage, 0 for that of the model, −1 for the class's name, −2 and below for one that names a tensor.</param>
/// <param name="Argument">The constructor parameter or property, null for the whole attribute.</param>
/// <param name="Member">Where a member is meant that the user wrote in the class, its key.</param>
/// <param name="Constant">Where a simple name in a constant expression is meant, the name.</param>
internal readonly record struct Target(int Stage, int Part = -1, string? Argument = null, string? Member = null, string? Constant = null)
{
    public const int Model = -1;

    /// <summary>The place of the attribute among those that name tensors; null for other attributes.</summary>
    public int? Tensor => Part <= -2 ? -2 - Part : null;

    /// <summary>A member that the user wrote.</summary>
    public static Target OfMember(int stage, string key) => new(stage, Member: key);

    /// <summary>A simple name in a constant expression.</summary>
    public static Target OfConstant(int stage, string name) => new(stage, Constant: name);

    /// <summary>An attribute that names a tensor, by its place among those of the class.</summary>
    public static Target OfTensor(int stage, int tensor, string? argument = null) => new(stage, -2 - tensor, argument);
}

/// <summary>Something wrong with a declaration: the rule, the place, and what to tell the user.</summary>
internal sealed record Finding(string Rule, Target Target, string Message);
