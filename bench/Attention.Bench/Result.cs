using System.Text.Json.Serialization;

namespace Attention.Bench;

/// <summary>
/// One case: milliseconds are medians, <c>ratio</c> the median of the turns' ratios to the fastest rival. Where there are
/// several rivals, <c>onnxruntime_ms_NAME</c>, <c>ratio_NAME</c>, <c>error_NAME</c> and <c>graph_NAME</c> tell of each.
/// </summary>
internal sealed record Result(
    string Case,
    int Threads,
    double OursMs,
    double OursP99Ms,
    double? OnnxruntimeMs,
    double? OnnxruntimeP99Ms,
    double? Ratio,
    string? Graph,
    double? Error,
    double Gflops,
    double PeakGflops,
    double PeakPercent,
    double? BandwidthGbPerS,
    double? BandwidthPercent,
    long AllocatedBytes,
    double ArenaMb,
    double WeightsMb,
    string HugePages,
    double HugePagesMb)
{
    /// <summary>The rivals of a case that has several.</summary>
    [JsonIgnore]
    public IReadOnlyList<RivalResult> Rivals { get; init; } = [];

    /// <summary>The same as fields.</summary>
    [JsonExtensionData]
    public Dictionary<string, object> RivalFields => Rivals.SelectMany(rival => new (string Name, object Value)[]
    {
        ($"onnxruntime_ms_{rival.Name}", rival.Ms), ($"ratio_{rival.Name}", rival.Ratio), ($"error_{rival.Name}", rival.Error), ($"graph_{rival.Name}", rival.Graph),
    }).ToDictionary(told => told.Name, told => told.Value);
}

/// <summary>One rival of several.</summary>
internal sealed record RivalResult(string Name, double Ms, double Ratio, double Error, string Graph);
