using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>A kernel that most calls need: see <see cref="KernelCompilation"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Method)]
public sealed class CompiledAheadAttribute : Attribute;

/// <summary>
/// Has the JIT compile kernels on a thread of the pool while a model reads its weights, so that the first call finds them
/// compiled or waits for what is left. A machine of one core has nothing to gain from it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class KernelCompilation : IThreadPoolWorkItem
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicMethods)]
    private readonly Type _kernels;

    private KernelCompilation([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicMethods)] Type kernels) => _kernels = kernels;

    /// <summary>Starts with the marked methods of a class and returns at once.</summary>
    public static void Start([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicMethods)] Type kernels)
    {
        if (Environment.ProcessorCount > 1)
            ThreadPool.UnsafeQueueUserWorkItem(new KernelCompilation(kernels), preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            Compile(_kernels);
        }
        catch (Exception)
        {
            // The call that needs the kernel fails in the same way, and has someone to tell.
        }
    }

    /// <summary>Has the marked methods of a class compiled, and says how many there are.</summary>
    internal static int Compile([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicMethods)] Type kernels)
    {
        int count = 0;
        foreach (MethodInfo method in kernels.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            if (!method.IsDefined(typeof(CompiledAheadAttribute), inherit: false))
                continue;
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            count++;
        }

        return count;
    }
}
