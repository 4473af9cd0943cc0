"""Random walks of two residents and three officials, two agencies and the ЦУР, on the pure core.

`world` is who and what there is, `people` what they do, `checks` what must hold after every event.
"""
