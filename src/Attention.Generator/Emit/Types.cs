namespace Attention.Generator.Emit;

/// <summary>Types as the surface writes them, where any name might be one of the user's.</summary>
internal static class Types
{
    public const string Dsl = "global::Attention.Dsl.";
    public const string Runtime = "global::Attention.Runtime.";
    public const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    public const string Integers = "global::System.ReadOnlySpan<int>";
    public const string Floats = "global::System.ReadOnlySpan<float>";
    public const string Tokens = Integers + " tokens";

    /// <summary>On classes that no user reads: nothing counts how often their lines run, which would cost kernels their speed.</summary>
    public static readonly string Generated = $"[global::System.CodeDom.Compiler.GeneratedCode(\"AttentionDsl\", \"{ProductVersion.Text}\"), global::System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverage]";

    /// <summary>On what no editor needs to offer.</summary>
    public const string Hidden = "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]";
}
