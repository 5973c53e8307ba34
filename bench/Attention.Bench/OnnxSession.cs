using System.Runtime.InteropServices;

namespace Attention.Bench;

/// <summary>A model that ONNX Runtime has made ready to run.</summary>
internal sealed unsafe class OnnxSession(OnnxRuntime runtime, nint session) : IDisposable
{
    private readonly List<OnnxBinding> _bindings = [];

    /// <summary>Inputs and outputs for one kind of run; the session ends them.</summary>
    public OnnxBinding NewBinding()
    {
        var binding = new OnnxBinding(runtime, session);
        _bindings.Add(binding);
        return binding;
    }

    public void Dispose()
    {
        foreach (OnnxBinding binding in _bindings)
            binding.Dispose();
        runtime.Release(OnnxRuntime.Function.ReleaseSession, session);
    }
}

/// <summary>Inputs and outputs of a session, bound to memory of ours that never moves.</summary>
internal sealed unsafe class OnnxBinding : IDisposable
{
    private const nuint CacheLine = 64;

    private readonly OnnxRuntime _runtime;
    private readonly nint _session;
    private readonly nint _binding;
    private readonly nint _memoryInfo;
    private readonly Dictionary<string, (nint Value, nint Memory, int Bytes)> _tensors = [];

    internal OnnxBinding(OnnxRuntime runtime, nint session)
    {
        _runtime = runtime;
        _session = session;
        nint binding, memoryInfo;
        const int arenaAllocator = 1, defaultMemory = 0;
        runtime.Check(((delegate* unmanaged<int, int, nint*, nint>)runtime[OnnxRuntime.Function.CreateCpuMemoryInfo])(arenaAllocator, defaultMemory, &memoryInfo));
        runtime.Check(((delegate* unmanaged<nint, nint*, nint>)runtime[OnnxRuntime.Function.CreateIoBinding])(session, &binding));
        _memoryInfo = memoryInfo;
        _binding = binding;
    }

    /// <summary>Binds an input; the result is the memory it is read from at each run.</summary>
    public Span<T> Input<T>(string name, params scoped ReadOnlySpan<long> shape)
        where T : unmanaged => Bind<T>(OnnxRuntime.Function.BindInput, name, shape);

    /// <summary>Binds an output; the result is the memory that each run writes.</summary>
    public Span<T> Output<T>(string name, params scoped ReadOnlySpan<long> shape)
        where T : unmanaged => Bind<T>(OnnxRuntime.Function.BindOutput, name, shape);

    /// <summary>Binds an output to the memory of an input, so that a cache is extended where it lies.</summary>
    public void Output(string name, string input) => Bind(OnnxRuntime.Function.BindOutput, name, _tensors[input].Value);

    /// <summary>The memory that the input or output <paramref name="name"/> is bound to.</summary>
    public Span<T> Bound<T>(string name)
        where T : unmanaged => new((void*)_tensors[name].Memory, _tensors[name].Bytes / sizeof(T));

    /// <summary>Reads the inputs, computes, writes the outputs.</summary>
    public void Run()
    {
        nint status = ((delegate* unmanaged<nint, nint, nint, nint>)_runtime[OnnxRuntime.Function.RunWithBinding])(_session, 0, _binding);
        if (status != 0)
            _runtime.Check(status);
    }

    public void Dispose()
    {
        _runtime.Release(OnnxRuntime.Function.ReleaseIoBinding, _binding);
        foreach ((nint value, nint memory, _) in _tensors.Values)
        {
            _runtime.Release(OnnxRuntime.Function.ReleaseValue, value);
            NativeMemory.AlignedFree((void*)memory);
        }

        _runtime.Release(OnnxRuntime.Function.ReleaseMemoryInfo, _memoryInfo);
    }

    private Span<T> Bind<T>(OnnxRuntime.Function bind, string name, scoped ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        int bytes = sizeof(T);
        foreach (long size in shape)
            bytes = checked(bytes * (int)size);
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        NativeMemory.Clear(memory, (nuint)bytes);
        nint value = 0;
        fixed (long* sizes = shape)
            _runtime.Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_runtime[OnnxRuntime.Function.CreateTensorWithDataAsOrtValue])(_memoryInfo, memory, (nuint)bytes, sizes, (nuint)shape.Length, (int)OnnxGraph.TypeOf<T>(), &value));
        _tensors.Add(name, (value, (nint)memory, bytes));
        Bind(bind, name, value);
        return Bound<T>(name);
    }

    private void Bind(OnnxRuntime.Function bind, string name, nint value)
    {
        fixed (byte* text = OnnxRuntime.Utf8(name))
            _runtime.Check(((delegate* unmanaged<nint, byte*, nint, nint>)_runtime[bind])(_binding, text, value));
    }
}
