using System.Reflection;
using Attention.Dsl;

namespace Attention.Tool.Compiling;

/// <summary>A model that was compiled, with the weights of a checkpoint.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly Type _type;
    private readonly IDisposable _model;
    private readonly IDisposable _session;

    private LoadedModel(Type type, IDisposable model)
    {
        _type = type;
        _model = model;
        _session = CreateSession(null);
        Stages = type.GetCustomAttributes<StageAttribute>().Any() ? [(type.Name, _session)]
            : [.. type.GetNestedTypes().Where(stage => stage.GetCustomAttributes<StageAttribute>().Any()).OrderBy(stage => stage.MetadataToken).Select(stage => (stage.Name, _session.GetType().GetProperty(stage.Name)!.GetValue(_session)!))];
    }

    /// <summary>The stages of a session, in the order of the declaration.</summary>
    public IReadOnlyList<(string Name, object Stage)> Stages { get; }

    /// <summary>A session more; of a model that is a stage itself, the stage.</summary>
    public IDisposable CreateSession(SessionSettings? settings) => (IDisposable)_type.GetMethod("CreateSession")!.Invoke(_model, [settings])!;

    /// <summary>The class of a model in an assembly; null where it has none of that name.</summary>
    public static Type? TypeOf(Assembly assembly, string? name)
    {
        Type[] models = [.. assembly.GetTypes().Where(type => type.GetCustomAttribute<AttentionModelAttribute>() is not null && (name is null || name == type.Name || name == type.FullName))];
        return models.Length <= 1 ? models.FirstOrDefault() : throw new ToolException($"expected one model, found {string.Join(", ", models.Select(model => model.FullName))}; say which by --class.");
    }

    /// <summary>Loads a checkpoint.</summary>
    /// <exception cref="WeightsException">It does not fit.</exception>
    public static LoadedModel Load(Type type, string checkpoint, int threads = 1)
    {
        try
        {
            return new LoadedModel(type, (IDisposable)type.GetMethod("Load", [typeof(string), typeof(InstructionSet?), typeof(int), typeof(bool)])!.Invoke(null, [checkpoint, null, threads, false])!);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }
}
