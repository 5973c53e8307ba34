using Attention.Generator.Text;

namespace Attention.Generator.Kernels;

/// <summary>A method name for each kernel; those whose literals differ in strides only are told apart by a number.</summary>
internal sealed class KernelNames
{
    private readonly Dictionary<Kernel, string> _names = [];
    private readonly Dictionary<Kernel, int> _numbers = [];

    public KernelNames(IEnumerable<Kernel> kernels)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (Kernel kernel in kernels)
        {
            string name = kernel.Name;
            for (int n = 2; !taken.Add(name); n++)
                name = kernel.Name + "_" + CodeWriter.Number(n);
            _names.Add(kernel, name);
        }

        // Those of the second paths come last, so that the first path is the same without them.
        foreach (Kernel kernel in _names.Keys.Where(kernel => kernel.IsShared).OrderBy(kernel => kernel.IsRare))
            _numbers.Add(kernel, _numbers.Count);
    }

    public string this[Kernel kernel] => _names[kernel];

    /// <summary>The number by which a team knows a kernel whose work it shares.</summary>
    public int Number(Kernel kernel) => _numbers[kernel];

    /// <summary>The names of the shared kernels in the order of their numbers.</summary>
    public IEnumerable<string> Shared => _numbers.OrderBy(pair => pair.Value).Select(pair => _names[pair.Key]);
}
