using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Attention.Runtime;

/// <summary>
/// Kernels of a build for debugging, at the speed of any other: the JIT does not optimise an assembly that the compiler marked as debuggable, so they are taken
/// from a copy of it in memory whose mark says otherwise. The assembly itself stays as it is, with breakpoints in all but its kernels.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KernelCopy
{
    /// <summary>The environment variable that leaves kernels where a debugger can step through them, if it is <c>1</c>.</summary>
    public const string Variable = "ATTENTION_DEBUG_KERNELS";

    /// <summary>Of each assembly its copy, or null where there can be none.</summary>
    private static readonly ConditionalWeakTable<Assembly, Assembly?> s_copies = [];

    /// <summary>
    /// Kernels of the same class in a copy; null where there is no need of one, where the user wants none, or where none can be made, because the assembly has no
    /// file or the file is of another build.
    /// </summary>
    /// <param name="kernels">Kernels of an assembly of the user's.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A program that is trimmed or compiled ahead of time has no file of the assembly to copy, and does without.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The copy has what the assembly has.")]
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "The assembly of a single file has an empty location, and is not copied.")]
    public static TeamKernels? Of(TeamKernels kernels)
    {
        Type type = kernels.GetType();
        Assembly assembly = type.Assembly;
        if (assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true } || assembly.Location.Length == 0 || Environment.GetEnvironmentVariable(Variable) == "1")
            return null;
        try
        {
            return s_copies.GetValue(assembly, Copy)?.GetType(type.FullName!) is { } copied && Activator.CreateInstance(copied) is TeamKernels copy && copy.Plan == kernels.Plan ? copy : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException or FileLoadException or TypeLoadException or MissingMethodException)
        {
            return null;
        }
    }

    /// <summary>A method of a copy's.</summary>
    /// <typeparam name="T">The delegate's type.</typeparam>
    /// <param name="copy">Kernels of a copy.</param>
    /// <param name="method">The method.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A copy is made of what is not trimmed.")]
    public static T Bind<T>(TeamKernels copy, string method)
        where T : Delegate => copy.GetType().GetMethod(method)!.CreateDelegate<T>(copy);

    /// <summary>Gives a copy what was computed for the model, the same arrays.</summary>
    /// <param name="copy">Kernels of a copy.</param>
    /// <param name="computed">The class that holds it.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A copy is made of what is not trimmed.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "A copy is made of what is not trimmed.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A copy is made of what is not trimmed.")]
    public static void Share(TeamKernels copy, Type computed)
    {
        Type copied = copy.GetType().Assembly.GetType(computed.FullName!, throwOnError: true)!;
        foreach (FieldInfo field in computed.GetFields(BindingFlags.Static | BindingFlags.Public))
            copied.GetField(field.Name, BindingFlags.Static | BindingFlags.Public)!.SetValue(null, field.GetValue(null));
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A program that is trimmed or compiled ahead of time has no file of the assembly to copy, and does without.")]
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "The assembly of a single file has an empty location, and is not copied.")]
    private static Assembly? Copy(Assembly assembly)
    {
        byte[] image = File.ReadAllBytes(assembly.Location);
        if (!MarkAsOptimized(image, assembly.ManifestModule.ModuleVersionId))
            return null;
        using var stream = new MemoryStream(image, writable: false);
        return new Context(assembly).LoadFromStream(stream);
    }

    /// <summary>Changes the mark in an image. False where the image is not the build that is asked for, or its mark is not what a compiler writes.</summary>
    private static bool MarkAsOptimized(byte[] image, Guid build)
    {
        using var stream = new MemoryStream(image, writable: false);
        using var file = new PEReader(stream);
        MetadataReader metadata = file.GetMetadataReader();
        if (metadata.GetGuid(metadata.GetModuleDefinition().Mvid) != build)
            return false;
        foreach (CustomAttributeHandle handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference
                || metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is not { Kind: HandleKind.TypeReference } parent
                || !metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)parent).Name, nameof(DebuggableAttribute)))
                continue;

            // Two bytes that begin every attribute, the modes, and two more; before them the length in one byte.
            if (metadata.GetBlobBytes(attribute.Value).Length != 8)
                return false;
            int at = file.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Blob) + metadata.GetHeapOffset(attribute.Value) + 1;
            BitConverter.TryWriteBytes(image.AsSpan(at + 2), (int)DebuggableAttribute.DebuggingModes.IgnoreSymbolStoreSequencePoints);
            return true;
        }

        return false;
    }

    /// <summary>Where a copy is: what it needs is what the assembly has, so that their types are the same.</summary>
    private sealed class Context(Assembly assembly) : AssemblyLoadContext($"Kernels of {assembly.GetName().Name}", assembly.IsCollectible)
    {
        private readonly WeakReference<Assembly> _assembly = new(assembly);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            _assembly.TryGetTarget(out Assembly? original) ? GetLoadContext(original)?.LoadFromAssemblyName(assemblyName) : null;
    }
}
