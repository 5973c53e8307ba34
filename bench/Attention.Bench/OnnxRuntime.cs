using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Attention.Bench;

/// <summary>Whether ONNX Runtime's idle workers keep a core busy.</summary>
internal enum Spinning
{
    /// <summary>Never: they sleep as soon as they have nothing to do.</summary>
    Off,

    /// <summary>Always, for a while after each run too.</summary>
    On,

    /// <summary>Within a run only.</summary>
    WithinRuns,
}

/// <summary>
/// ONNX Runtime's C API, called in its native library: <c>OrtApi</c> is a structure of function pointers, which only ever
/// grows at its end, so a function is its index.
/// </summary>
internal sealed unsafe class OnnxRuntime : IDisposable
{
    /// <summary>The oldest version of the API with all that is called here; the library serves its own and every older one.</summary>
    private const uint ApiVersion = 14;

    private const string LibraryVariable = "ONNXRUNTIME_LIBRARY";

    private readonly nint _library;
    private readonly nint* _functions;
    private readonly nint _environment;

    private OnnxRuntime(string path)
    {
        _library = NativeLibrary.Load(path);

        // OrtApiBase: GetApi and GetVersionString.
        var functions = (nint*)((delegate* unmanaged<nint>)NativeLibrary.GetExport(_library, "OrtGetApiBase"))();
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)functions[1])())!;
        _functions = (nint*)((delegate* unmanaged<uint, nint>)functions[0])(ApiVersion);
        if (_functions == null)
            throw new OnnxRuntimeException($"ONNX Runtime {Version} has no API of version {ApiVersion}.");

        const int error = 3;
        fixed (byte* name = "bench\0"u8)
        {
            nint environment;
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)this[Function.CreateEnv])(error, name, &environment));
            _environment = environment;
        }
    }

    /// <summary>The functions called here by their places in <c>OrtApi</c>.</summary>
    internal enum Function
    {
        GetErrorMessage = 2,
        CreateEnv = 3,
        CreateSessionFromArray = 8,
        CreateSessionOptions = 10,
        SetSessionExecutionMode = 13,
        EnableMemPattern = 16,
        EnableCpuMemArena = 18,
        SetSessionGraphOptimizationLevel = 23,
        SetIntraOpNumThreads = 24,
        SetInterOpNumThreads = 25,
        CreateTensorWithDataAsOrtValue = 49,
        CreateCpuMemoryInfo = 69,
        ReleaseEnv = 92,
        ReleaseStatus = 93,
        ReleaseMemoryInfo = 94,
        ReleaseSession = 95,
        ReleaseValue = 96,
        ReleaseSessionOptions = 100,
        AddSessionConfigEntry = 130,
        RunWithBinding = 133,
        CreateIoBinding = 134,
        ReleaseIoBinding = 135,
        BindInput = 136,
        BindOutput = 137,
    }

    /// <summary>The library's version, such as 1.30.0.</summary>
    public string Version { get; }

    internal nint this[Function function] => _functions[(int)function];

    /// <summary>
    /// Loads the library that <c>bench/fetch-onnxruntime</c> fetched, or that the environment variable
    /// <c>ONNXRUNTIME_LIBRARY</c> names; null when there is none.
    /// </summary>
    public static OnnxRuntime? TryOpen()
    {
        string? path = Environment.GetEnvironmentVariable(LibraryVariable) ?? FindFetched();
        return path == null ? null : new OnnxRuntime(path);
    }

    /// <summary>
    /// Makes a session of a model's bytes for <paramref name="threads"/> threads, the caller's among them. Where denormals
    /// are zero is the processor's state: on a session's own workers, and on the thread that opens the process's first
    /// session, for good. So one thread opens and runs all sessions. <paramref name="prepack"/> says whether weights are copied
    /// into the order that products of many rows read them in.
    /// </summary>
    public OnnxSession Open(ReadOnlySpan<byte> model, int threads, Spinning spinning, bool prepack = true)
    {
        nint options = NewOptions(), session;
        try
        {
            const int sequential = 0, everyOptimization = 99;
            Set(Function.SetSessionExecutionMode, sequential);
            Set(Function.SetSessionGraphOptimizationLevel, everyOptimization);
            Set(Function.SetIntraOpNumThreads, threads);
            Set(Function.SetInterOpNumThreads, 1);
            Check(((delegate* unmanaged<nint, nint>)this[Function.EnableMemPattern])(options));
            Check(((delegate* unmanaged<nint, nint>)this[Function.EnableCpuMemArena])(options));
            Configure("session.set_denormal_as_zero", true);
            Configure("session.disable_prepacking", !prepack);
            Configure("session.intra_op.allow_spinning", spinning != Spinning.Off);
            Configure("session.force_spinning_stop", spinning == Spinning.WithinRuns);
            fixed (byte* bytes = model)
                Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)this[Function.CreateSessionFromArray])(_environment, bytes, (nuint)model.Length, options, &session));
        }
        finally
        {
            Release(Function.ReleaseSessionOptions, options);
        }

        return new OnnxSession(this, session);

        void Set(Function function, int value) => Check(((delegate* unmanaged<nint, int, nint>)this[function])(options, value));

        void Configure(string key, bool value)
        {
            fixed (byte* name = Utf8(key), text = value ? "1\0"u8 : "0\0"u8)
                Check(((delegate* unmanaged<nint, byte*, byte*, nint>)this[Function.AddSessionConfigEntry])(options, name, text));
        }
    }

    /// <summary>Waits until no thread of this process computes, so that one side's spinning workers take nothing from the other.</summary>
    public static void Settle()
    {
        const int slice = 10;
        TimeSpan before;
        var watch = Stopwatch.StartNew();
        do
        {
            before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(slice);
        }
        while ((Environment.CpuUsage.TotalTime - before).TotalMilliseconds > slice / 10.0 && watch.ElapsedMilliseconds < 1000);
    }

    public void Dispose()
    {
        Release(Function.ReleaseEnv, _environment);
        NativeLibrary.Free(_library);
    }

    internal static byte[] Utf8(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>Throws what a status says; no status is success.</summary>
    internal void Check(nint status)
    {
        if (status == 0)
            return;
        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)this[Function.GetErrorMessage])(status))!;
        Release(Function.ReleaseStatus, status);
        throw new OnnxRuntimeException(message);
    }

    internal void Release(Function function, nint handle) => ((delegate* unmanaged<nint, void>)this[function])(handle);

    private nint NewOptions()
    {
        nint options;
        Check(((delegate* unmanaged<nint*, nint>)this[Function.CreateSessionOptions])(&options));
        return options;
    }

    /// <summary>The library of this system under the nearest <c>bench/.onnxruntime</c> above the program, or null.</summary>
    private static string? FindFetched()
    {
        string system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string pattern = OperatingSystem.IsWindows() ? "onnxruntime.dll" : "libonnxruntime.*";
        return Checkout.TryFind("bench", ".onnxruntime", system, architecture) is string folder ? Directory.EnumerateFiles(folder, pattern).FirstOrDefault() : null;
    }
}

/// <summary>What ONNX Runtime said when it could not do something.</summary>
internal sealed class OnnxRuntimeException(string message) : Exception(message);
