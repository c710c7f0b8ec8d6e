using FlightDelays;

namespace Updraft.Examples.Tests;

public sealed class LeastSquaresTests
{
    [Fact]
    public void Fit_PointsOnAPlane_FindsThePlane()
    {
        double[][] features = [[0, 0], [1, 0], [0, 1], [2, 3], [5, 1]];

        var (intercept, coefficients) = LeastSquares.Fit(features, [.. features.Select(x => 7 + 2 * x[0] - 3 * x[1])]);

        Assert.Equal(7, intercept, 9);
        Assert.Equal(2, coefficients[0], 9);
        Assert.Equal(-3, coefficients[1], 9);
    }

    [Fact]
    public void Fit_OneFeature_AgreesWithTheTextbook()
    {
        // Anscombe's first data set: y = 3.0001 + 0.5001 x.
        double[] x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
        double[] y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

        var (intercept, coefficients) = LeastSquares.Fit([.. x.Select(value => new[] { value })], y);

        Assert.Equal(3.0001, intercept, 4);
        Assert.Equal(0.5001, coefficients[0], 4);
    }

    [Fact]
    public void Fit_Residuals_AreOrthogonalToEveryFeature()
    {
        double[][] features = [[1, 9], [4, 2], [7, 7], [3, 5], [8, 1], [2, 6]];
        double[] targets = [3, -1, 12, 5, 0, 9];

        var (intercept, coefficients) = LeastSquares.Fit(features, targets);
        var residuals = features.Select((x, i) => targets[i] - intercept - coefficients[0] * x[0] - coefficients[1] * x[1]).ToList();

        Assert.Equal(0, residuals.Sum(), 9);
        Assert.Equal(0, residuals.Select((residual, i) => residual * features[i][0]).Sum(), 9);
        Assert.Equal(0, residuals.Select((residual, i) => residual * features[i][1]).Sum(), 9);
    }

    [Fact]
    public void Fit_FeatureThatNeverVaries_GetsZero()
    {
        var (intercept, coefficients) = LeastSquares.Fit([[1, 300], [2, 300], [3, 300]], [2, 4, 6]);

        Assert.Equal(0, intercept, 9);
        Assert.Equal([2, 0], coefficients.Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Fit_FeatureThatFollowsFromAnother_LeavesItToThatOne()
    {
        var (_, coefficients) = LeastSquares.Fit([[1, 10], [2, 20], [4, 40]], [1, 2, 4]);

        Assert.Equal([1, 0], coefficients.Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Fit_NothingToLearnFrom_IsRefused() => Assert.Throws<ArgumentException>(() => LeastSquares.Fit([], []));
}
