using System.Reflection;

#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Runtime;
#endif

/// <summary>The version of what is built here, the same for all that is built together.</summary>
internal static class ProductVersion
{
    /// <summary>As packages have it: of a release <c>1.2.3</c>, between two of them <c>1.2.4-alpha.0.5</c>.</summary>
    public static string Text { get; } = Full.Split('+')[0];

    /// <summary>The same with the commit that was built, however it was published.</summary>
    public static string Full => typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
